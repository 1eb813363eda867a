package org.catrl.data.arithmetic;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.catrl.data.Example;
import org.catrl.data.KeyedRandom;
import org.catrl.data.Split;

/**
 * Supervised examples for the two roles. The solver is taught by solutions with {@link Slips}, the synthesiser by
 * contexts of such solutions with the right one as its target: it has to check columns from the operands. Every
 * example is a pure function of (seed, key).
 */
public final class Corpus {
    private final CorpusSettings settings;
    private final Slips slips;

    /** A corpus by these settings, from the problems of {@link Split#CORPUS}. */
    public Corpus(CorpusSettings settings) {
        this.settings = settings;
        this.slips = settings.slips();
    }

    /** A problem and a fallible solution of it. */
    public Example solve(long... key) {
        SplittableRandom random = KeyedRandom.of(KeyedRandom.hash(settings.seed(), key), 1);
        Addition problem = Addition.of(Split.CORPUS, settings.seed(), key);
        return new Example(problem.prompt(), slips.solution(problem, random));
    }

    /** A context of {@code fewest} to {@code most} fallible solutions of one problem, and the right one. */
    public Example synthesise(int fewest, int most, long... key) {
        SplittableRandom random = KeyedRandom.of(KeyedRandom.hash(settings.seed(), key), 2);
        Addition problem = Addition.of(Split.CORPUS, settings.seed(), key);
        int count = fewest + random.nextInt(most - fewest + 1);
        return new Example(synthesisPrompt(rollouts(problem, count, random)), problem.solution());
    }

    /** The synthesiser's prompt, {@code R<rollout>R<rollout>...S}: it never sees the question. */
    public static String synthesisPrompt(List<String> rollouts) {
        return "R" + String.join("R", rollouts) + "S";
    }

    private List<String> rollouts(Addition problem, int count, SplittableRandom random) {
        boolean shared = random.nextDouble() < settings.sharedSlip();
        SharedSlip slip = SharedSlip.draw(random);
        int sharers = shared ? (count + 1) / 2 + random.nextInt(count / 2 + 1) : 0;
        List<String> rollouts = new ArrayList<>();
        for (int left = count; left > 0; left--) {
            boolean shares = random.nextInt(left) < sharers;
            sharers -= shares ? 1 : 0;
            rollouts.add(shares ? slip.solution(problem, slips, random) : slips.solution(problem, random));
        }
        return rollouts;
    }
}
