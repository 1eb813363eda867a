package org.catrl.flow;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What a reward rests on, for the run's record and its metrics. */
public sealed interface Evidence {
    /** The evidence as people read it. */
    String text();

    /**
     * A rollout's final answer against the reference's.
     *
     * @param answer    the rollout's; empty where it holds none
     * @param reference the reference's answer
     * @param agrees    whether the two are equivalent
     */
    record Agreement(Optional<String> answer, String reference, boolean agrees) implements Evidence {
        @Override
        public String text() {
            return answer.map(given -> "answer " + given + (agrees ? " agrees with " : " differs from ") + reference)
                    .orElse("no answer");
        }
    }

    /**
     * A rollout whose answer was given up on.
     *
     * @param why what was wrong with it
     */
    record Unread(String why) implements Evidence {
        @Override
        public String text() {
            return "no answer: " + why;
        }
    }

    /**
     * Evidence whose reward depends on the rollout's length too.
     *
     * @param base   what was found
     * @param tokens how many the rollout has
     */
    record ScaledByLength(Evidence base, int tokens) implements Evidence {
        @Override
        public String text() {
            return base.text() + ", " + tokens + " tokens";
        }
    }

    /**
     * A number that was measured.
     *
     * @param name  what was measured
     * @param value what came of it
     */
    record Measure(String name, double value) implements Evidence {
        @Override
        public String text() {
            return name + " " + value;
        }
    }

    /** A judge's one verdict. */
    record Judged(Verdict verdict) implements Evidence {
        @Override
        public String text() {
            return verdict.reply();
        }
    }

    /**
     * A judge's verdicts on the criteria of a rubric.
     *
     * @param rubric   that of the group
     * @param verdicts one for each of its criteria
     */
    record ByRubric(CheckedRubric rubric, List<Verdict> verdicts) implements Evidence {
        public ByRubric {
            verdicts = List.copyOf(verdicts);
        }

        @Override
        public String text() {
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < verdicts.size(); i++) {
                Criterion criterion = rubric.criteria().get(i);
                text.append(verdicts.get(i).met().map(yes -> yes ? "yes" : "no").orElse("no verdict")).append(" (")
                        .append(criterion.points()).append(criterion.veto() ? ", veto): " : "): ")
                        .append(criterion.text()).append(" <- ").append(verdicts.get(i).reply().strip()).append('\n');
            }
            return text.toString();
        }
    }

    /**
     * A rubric that is not used.
     *
     * @param rubric what there was
     * @param fewest criteria that it must have
     */
    record UnusableRubric(CheckedRubric rubric, int fewest) implements Evidence {
        @Override
        public String text() {
            return "the rubric has " + rubric.criteria().size() + " usable criteria of " + rubric.written()
                    + "; it needs " + fewest + ": " + rubric.raw();
        }
    }

    /** Several rewards that were added up. */
    record Weighted(List<Part> parts) implements Evidence {
        /**
         * One term of the sum.
         *
         * @param name   the name of the reward
         * @param weight what it is multiplied by
         * @param reward the reward before that
         */
        public record Part(String name, double weight, Reward reward) { }

        public Weighted {
            parts = List.copyOf(parts);
        }

        @Override
        public String text() {
            return parts.stream().map(part -> part.name + ": " + part.reward.evidence().text() + "\n")
                    .collect(Collectors.joining());
        }
    }

    /** Nothing, and why: the reference abstained, say, or the texts do not fit a context. */
    record NoVerdict(String reason) implements Evidence {
        @Override
        public String text() {
            return reason;
        }
    }

    /** What a user's own reward has to say. */
    record Note(String text) implements Evidence { }
}
