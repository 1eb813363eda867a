package org.catrl.reward;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.catrl.flow.Criterion;

/** Scores by points, as HealthBench's reference code computes them (OpenAI's simple-evals). */
public final class RubricScore {
    private RubricScore() { }

    /**
     * The points of the criteria met over all positive points: at most 1, below 0 where what must not be done was done.
     * Empty where there are no positive points.
     */
    public static OptionalDouble of(List<Double> points, List<Boolean> met) {
        double possible = points.stream().mapToDouble(each -> Math.max(each, 0)).sum();
        double reached = IntStream.range(0, points.size()).filter(met::get).mapToDouble(points::get).sum();
        return possible == 0 ? OptionalDouble.empty() : OptionalDouble.of(reached / possible);
    }

    /**
     * The score by the criteria that have a verdict, the others left out; at most 0 where a veto is among those that
     * went wrong.
     *
     * @param verdicts parallel to the criteria
     */
    public static OptionalDouble ofVerdicts(List<Criterion> criteria, List<Optional<Boolean>> verdicts) {
        List<Integer> known = IntStream.range(0, criteria.size()).filter(i -> verdicts.get(i).isPresent()).boxed()
                .toList();
        OptionalDouble score = of(known.stream().map(i -> criteria.get(i).points()).toList(),
                known.stream().map(i -> verdicts.get(i).get()).toList());
        boolean vetoed = known.stream()
                .anyMatch(i -> criteria.get(i).veto() && !criteria.get(i).isGood(verdicts.get(i).get()));
        return vetoed && score.isPresent() ? OptionalDouble.of(Math.min(0, score.getAsDouble())) : score;
    }

    /** The mean of the scores, clipped to [0, 1]; no score is an {@link IllegalArgumentException}. */
    public static double aggregate(List<Double> scores) {
        return clipped(scores.stream().mapToDouble(Double::doubleValue).average().orElseThrow(() ->
                new IllegalArgumentException("there are no scores")));
    }

    private static double clipped(double mean) {
        return Math.min(1, Math.max(0, mean));
    }

    /** The standard deviation of {@link #aggregate} over resamples of the scores, drawn from the seed. */
    public static double bootstrapError(List<Double> scores, int resamples, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[resamples];
        for (int i = 0; i < resamples; i++) {
            double sum = 0;
            for (int draw = 0; draw < scores.size(); draw++) {
                sum += scores.get(random.nextInt(scores.size()));
            }
            means[i] = clipped(sum / scores.size());
        }
        double mean = IntStream.range(0, resamples).mapToDouble(i -> means[i]).average().orElse(0);
        return Math.sqrt(IntStream.range(0, resamples).mapToDouble(i -> (means[i] - mean) * (means[i] - mean)).average()
                .orElse(0));
    }
}
