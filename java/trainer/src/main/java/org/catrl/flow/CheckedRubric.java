package org.catrl.flow;

import java.util.List;

/**
 * A rubric as it was used on a group: written, cleared of duplicates, held against the reference it was made from.
 *
 * @param criteria    what is left of it, in order
 * @param written     criteria it was written with
 * @param duplicates  those of them left out because another one asks the same
 * @param dropped     those of them behind the most that are judged
 * @param ofReference the judge's verdicts on the reference, one for each criterion that is neither of these; none
 *                    where the reference is not asked about
 * @param raw         the text that the rubric was read from
 */
public record CheckedRubric(List<Criterion> criteria, int written, int duplicates, int dropped,
                            List<OfReference> ofReference, String raw) {
    /**
     * What the judge says of the reference.
     *
     * @param criterion what it was asked
     * @param verdict   its answer
     */
    public record OfReference(Criterion criterion, Verdict verdict) {
        /** Whether the reference fails the criterion, which is left out then; no verdict is no failure. */
        public boolean isFailed() {
            return verdict.met().isPresent() && !criterion.isGood(verdict.met().get());
        }
    }

    public CheckedRubric {
        criteria = List.copyOf(criteria);
        ofReference = List.copyOf(ofReference);
    }

    /** The criteria left out because the reference itself fails them. */
    public List<Criterion> failed() {
        return ofReference.stream().filter(OfReference::isFailed).map(OfReference::criterion).toList();
    }
}
