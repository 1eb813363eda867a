package org.catrl.generate;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.From;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Whatever else is asked for, in whatever order and room: a request gets what it would get alone. */
class SchedulingTest {
    private static final int VOCAB = 11;

    private static String digits(int[] ids) {
        return String.join("", Arrays.stream(ids).mapToObj(Integer::toString).toList());
    }

    @Provide
    Arbitrary<Request> request() {
        Arbitrary<int[]> prompts = Arbitraries.integers().between(0, VOCAB - 1).array(int[].class).ofMinSize(1)
                .ofMaxSize(50);
        return Combinators.combine(prompts, Arbitraries.integers().between(1, 5), settings(),
                Arbitraries.integers().between(0, 3), Arbitraries.integers().between(0, 9))
                .as((prompt, samples, settings, step, id) ->
                new Request(prompt, samples, settings, DrawKey.rollout(step, id)));
    }

    private static Arbitrary<SamplingSettings> settings() {
        return Combinators.combine(Arbitraries.of(0.0, 0.7, 1.0), Arbitraries.of(1.0, 1.0, 1.3),
                Arbitraries.integers().between(1, 40), Arbitraries.integers().between(0, VOCAB - 1).list().ofMaxSize(1),
                Arbitraries.of(List.<String>of(), List.of("77"), List.of("123", "10")))
                .as((temperature, penalty, length, stops, strings) ->
                        new SamplingSettings(temperature, 0, 1, 0, penalty, length, stops, strings));
    }

    @Property(tries = 400, edgeCases = EdgeCasesMode.NONE)
    void aRequestGetsWhatItWouldGetAlone(@ForAll @Size(max = 12) List<@From("request") Request> requests,
                                         @ForAll @IntRange(min = 1, max = 40) int maxRows,
                                         @ForAll @IntRange(min = 0, max = 30) int spareBlocks, @ForAll boolean share,
                                         @ForAll long order) {
        List<Request> shuffled = new ArrayList<>(requests);
        Collections.shuffle(shuffled, new Random(order));
        int least = shuffled.stream().mapToInt(r -> new PromptTask(0, r, 0, r.samples()).leastBlocks()).max().orElse(1);
        FakeRunner runner = new FakeRunner(maxRows, least + spareBlocks, 90, VOCAB);
        Generator generator = new Generator(runner, SchedulingTest::digits, 5, share);
        assertEquals(Expected.text(shuffled.stream()
                        .map(r -> Expected.completions(r, 5, VOCAB, SchedulingTest::digits)).toList()),
                Expected.text(generator.generate(shuffled)));
    }

    @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
    void allBlocksComeBack(@ForAll @Size(max = 12) List<@From("request") Request> requests,
                           @ForAll @IntRange(min = 1, max = 40) int maxRows) {
        FakeRunner runner = new FakeRunner(maxRows, 40, 90, VOCAB);
        Blocks blocks = new Blocks(runner.blocks());
        List<PromptTask> tasks = new ArrayList<>();
        for (Request request : requests) {
            tasks.add(new PromptTask(tasks.size(), request, 0, request.samples()));
        }
        new Scheduler(runner, blocks, SchedulingTest::digits, 5, tasks, sequence -> { }).run();
        assertEquals(blocks.total(), blocks.available());
        long distinct = Arrays.stream(new int[blocks.total()]).map(i -> blocks.take()).distinct().count();
        assertEquals(blocks.total(), distinct, "a block came back twice");
    }
}
