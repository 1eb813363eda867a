package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.catrl.lm.LanguageModel;
import org.catrl.text.AnswerFormat;

/** What of a group's responses an anchor can read at once. */
final class ContextFit {
    private final LanguageModel anchor;
    private final SynthesisPrompt prompt;
    private final int room;

    /**
     * What fits the context of the anchor together with the prompt's own words.
     *
     * @param completion tokens kept free for the answer of the anchor
     */
    ContextFit(LanguageModel anchor, SynthesisPrompt prompt, int completion) {
        this.anchor = anchor;
        this.prompt = prompt;
        this.room = anchor.maxPositions() - completion;
    }

    boolean fits(Optional<String> question, List<Response> responses) {
        return anchor.tokens(prompt.of(question, responses)) <= room;
    }

    /** Every response cut to the same number of last characters, the most that fits; empty when none does. */
    Optional<List<Response>> tails(Optional<String> question, List<Response> responses) {
        int fitting = 0;
        int tooLong = responses.stream().mapToInt(response -> response.text().length()).max().orElse(0);
        while (tooLong - fitting > 1) {
            int middle = (fitting + tooLong) >>> 1;
            if (fits(question, tails(responses, middle))) {
                fitting = middle;
            } else {
                tooLong = middle;
            }
        }
        return fitting == 0 ? Optional.empty() : Optional.of(tails(responses, fitting));
    }

    /** The responses' answers alone; empty when there is none or they do not fit either. */
    Optional<List<Response>> answers(Optional<String> question, List<Response> responses, AnswerFormat format) {
        List<Response> answers = responses.stream().flatMap(response -> format.extract(response.text()).stream()
                .map(answer -> new Response(answer, false, true))).toList();
        return answers.isEmpty() || !fits(question, answers) ? Optional.empty() : Optional.of(answers);
    }

    /** The responses in consecutive subsets that fit, as long as they can be; empty when no two fit together. */
    Optional<List<List<Response>>> subsets(Optional<String> question, List<Response> responses) {
        List<List<Response>> subsets = new ArrayList<>();
        int from = 0;
        while (from < responses.size()) {
            int end = from + 1;
            while (end < responses.size() && fits(question, responses.subList(from, end + 1))) {
                end++;
            }
            if (!fits(question, responses.subList(from, end))) {
                return Optional.empty();
            }
            subsets.add(responses.subList(from, end));
            from = end;
        }
        return subsets.size() == responses.size() ? Optional.empty() : Optional.of(subsets);
    }

    private static List<Response> tails(List<Response> responses, int characters) {
        return responses.stream().map(response -> response.tail(characters)).toList();
    }
}
