package org.catrl.generate;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.DType;
import org.catrl.compute.EmulatedCuda;
import org.catrl.compute.HeadShape;
import org.catrl.model.Decoder;
import org.catrl.model.PackedBatch;
import org.catrl.model.RowBatch;
import org.catrl.model.Runner;
import org.catrl.model.Transformer;
import org.catrl.model.TransformerSettings;
import org.catrl.model.Weights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A real model: what is drawn, and the log-probs recorded with it, are the same bits however the requests were batched,
 * and the same bits that the trainer's forward pass gives afterwards.
 */
class SamplerTrainerAgreementTest {
    private static final long SEED = 7;
    private static final double TEMPERATURE = 0.8;

    /** Prompts around the block size, several samples, a repetition penalty and truncation among them. */
    private static List<Request> requests() {
        return requests(1, 5, 15, 16, 17, 31, 32, 33, 50);
    }

    private static List<Request> requests(int... promptLengths) {
        Random random = new Random(3);
        List<Request> requests = new ArrayList<>();
        for (int length : promptLengths) {
            int[] prompt = random.ints(length, 0, TinyModel.VOCAB).toArray();
            SamplingSettings settings = new SamplingSettings(TEMPERATURE, length % 3 * 20, length == 31 ? 0.9 : 1, 0,
                    length == 33 ? 1.2 : 1, 10 + length % 30, List.of(2), List.of());
            requests.add(new Request(prompt, 1 + length % 4, settings, DrawKey.rollout(11, length)));
        }
        return requests;
    }

    /** Enough for the emulated device, which is slow. */
    private static List<Request> few() {
        return requests(5, 16, 33);
    }

    private record Run(List<Request> requests, int maxRows, int blocks, boolean share) { }

    private static List<List<Completion>> generate(Weights weights, Run run) {
        try (Decoder decoder = new Decoder(weights, run.maxRows, run.blocks)) {
            return new Generator(decoder, ids -> "", SEED, run.share).generate(run.requests);
        }
    }

    private static Backend open(String name, int threads) {
        return name.equals("cuda") ? EmulatedCuda.open(true, false) : Backends.open(name, threads).backend();
    }

    /** Of either kind of attention kernel on CUDA: with and without tensor cores. */
    private static Weights weights(Backend backend, DType storage, int headSize) {
        return Weights.random(backend, TinyModel.config(new HeadShape(4, 2, headSize)), 1, "policy", storage);
    }

    @ParameterizedTest
    @CsvSource({"cpu, 1, F32, 6", "cpu, 2, F32, 6", "cpu, 1, BF16, 6", "cpu, 2, BF16, 64",
        "reference, 1, F32, 6", "cuda, 1, F32, 6", "cuda, 1, BF16, 6", "cuda, 1, BF16, 64"})
    void recordedLogProbsAreTheTrainersToTheBit(String name, int threads, DType storage, int headSize) {
        try (Backend backend = open(name, threads); Weights weights = weights(backend, storage, headSize)) {
            List<Request> requests = name.equals("cuda") ? few() : requests();
            List<List<Completion>> completions = generate(weights, new Run(requests, 40, 60, true));
            List<int[]> prompts = new ArrayList<>();
            List<int[]> answers = new ArrayList<>();
            for (int i = 0; i < requests.size(); i++) {
                for (Completion completion : completions.get(i)) {
                    prompts.add(requests.get(i).prompt());
                    answers.add(completion.ids());
                }
            }
            float[] sampled = flat(completions);
            assertArrayEquals(bits(sampled), bits(trainer(weights, prompts, answers)));
            assertArrayEquals(bits(sampled), bits(oneByOne(weights, prompts, answers)), "each sequence alone");
            assertTrue(sampled.length > (name.equals("cuda") ? 40 : 300), sampled.length + " tokens");
        }
    }

    @ParameterizedTest
    @CsvSource({"F32, 6", "BF16, 64"})
    void neitherLookingAheadNorBatchingChangesWhatTheDeviceDraws(DType storage, int headSize) {
        List<Request> requests = few();
        try (Backend backend = open("cuda", 1); Weights weights = weights(backend, storage, headSize)) {
            String expected = text(generate(weights, new Run(requests, 64, 100, true)));
            assertEquals(expected, text(generate(weights, new Run(requests, 3, 23, true))), "3 rows, 23 blocks");
            assertEquals(expected, text(generate(weights, new Run(requests, 19, 40, false))), "unshared prompts");
            assertEquals(expected, text(oneTokenAtATime(weights, requests)), "one token at a time");
        }
    }

    private static List<List<Completion>> oneTokenAtATime(Weights weights, List<Request> requests) {
        try (Decoder decoder = new Decoder(weights, 64, 100)) {
            return new Generator(new OneToken(decoder), ids -> "", SEED, true).generate(requests);
        }
    }

    /** A runner whose host looks after every token. */
    private record OneToken(Runner runner) implements Runner {
        @Override
        public int maxRows() {
            return runner.maxRows();
        }

        @Override
        public int blocks() {
            return runner.blocks();
        }

        @Override
        public int maxPositions() {
            return runner.maxPositions();
        }

        @Override
        public int vocab() {
            return runner.vocab();
        }

        @Override
        public void copyBlock(int source, int target) {
            runner.copyBlock(source, target);
        }

        @Override
        public void run(RowBatch batch, int[] ids, float[] logProbs) {
            runner.run(batch, ids, logProbs);
        }

        @Override
        public void close() {
            runner.close();
        }
    }

    @Test
    void nothingElseChangesWhatARequestGets() {
        List<Request> requests = requests();
        String expected;
        try (Backend backend = open("cpu", 2);
                Weights weights = Weights.random(backend, TinyModel.config(), 1, "policy")) {
            expected = text(generate(weights, new Run(requests, 64, 100, true)));
            for (int maxRows : new int[] {1, 3, 17, 200}) {
                for (int blocks : new int[] {8, 23, 100}) {
                    assertEquals(expected, text(generate(weights, new Run(requests, maxRows, blocks, true))),
                            maxRows + " rows, " + blocks + " blocks");
                }
            }
            assertEquals(expected, text(generate(weights, new Run(requests, 64, 100, false))), "unshared prompts");
            assertEquals(expected, text(inOtherOrder(weights, requests)), "another order");
            assertEquals(expected, text(requests.stream()
                    .map(r -> generate(weights, new Run(List.of(r), 64, 100, true)).get(0)).toList()), "alone");
        }
        try (Backend backend = open("cpu", 1);
                Weights weights = Weights.random(backend, TinyModel.config(), 1, "policy")) {
            assertEquals(expected, text(generate(weights, new Run(requests, 19, 40, true))), "one thread");
        }
    }

    @Test
    void otherWeightsAreNoticedAtTheNextCall() {
        try (Backend backend = open("cpu", 1);
                Weights weights = Weights.random(backend, TinyModel.config(), 1, "policy");
                Decoder decoder = new Decoder(weights, 64, 100)) {
            Generator generator = new Generator(decoder, ids -> "", SEED);
            String before = text(generator.generate(requests()));
            float[] values = weights.flat().floats();
            for (int i = 0; i < values.length; i++) {
                values[i] *= 1.01f;
            }
            weights.flat().put(values);
            weights.changed();
            assertNotEquals(before, text(generator.generate(requests())));
        }
    }

    private static List<List<Completion>> inOtherOrder(Weights weights, List<Request> requests) {
        List<Integer> order = new ArrayList<>(IntStream.range(0, requests.size()).boxed().toList());
        Collections.shuffle(order, new Random(1));
        List<List<Completion>> shuffled = generate(weights,
                new Run(order.stream().map(requests::get).toList(), 33, 50, true));
        return IntStream.range(0, requests.size()).mapToObj(i -> shuffled.get(order.indexOf(i))).toList();
    }

    private static float[] trainer(Weights weights, List<int[]> prompts, List<int[]> answers) {
        float[] logProbs = new float[answers.stream().mapToInt(a -> a.length).sum()];
        try (Transformer transformer = new Transformer(weights, TransformerSettings.DEFAULT)) {
            transformer.logProbs(PackedBatch.of(prompts, answers), TEMPERATURE, logProbs, null);
        }
        return logProbs;
    }

    private static float[] oneByOne(Weights weights, List<int[]> prompts, List<int[]> answers) {
        float[] all = new float[answers.stream().mapToInt(a -> a.length).sum()];
        int filled = 0;
        for (int i = 0; i < prompts.size(); i++) {
            float[] part = trainer(weights, prompts.subList(i, i + 1), answers.subList(i, i + 1));
            System.arraycopy(part, 0, all, filled, part.length);
            filled += part.length;
        }
        return all;
    }

    private static float[] flat(List<List<Completion>> completions) {
        List<float[]> parts = completions.stream().flatMap(List::stream).map(Completion::logProbs).toList();
        float[] all = new float[parts.stream().mapToInt(p -> p.length).sum()];
        int filled = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, all, filled, part.length);
            filled += part.length;
        }
        return all;
    }

    private static int[] bits(float[] values) {
        return IntStream.range(0, values.length).map(i -> Float.floatToRawIntBits(values[i])).toArray();
    }

    private static String text(List<List<Completion>> completions) {
        return completions.stream().flatMap(List::stream).map(c -> Arrays.toString(c.ids())
                + Arrays.toString(bits(c.logProbs())) + c.finish()).toList().toString();
    }
}
