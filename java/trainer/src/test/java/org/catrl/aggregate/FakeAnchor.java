package org.catrl.aggregate;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.LanguageModel;

/** An anchor that answers by a function and remembers what it was asked; a token is a character. */
final class FakeAnchor implements LanguageModel {
    final List<Prompt> asked = new ArrayList<>();
    int calls;
    private final int maxPositions;
    private final Function<String, String> answer;

    FakeAnchor(int maxPositions, Function<String, String> answer) {
        this.maxPositions = maxPositions;
        this.answer = answer;
    }

    @Override
    public List<Rollout> complete(List<Prompt> prompts, SamplingSettings settings, int step) {
        asked.addAll(prompts);
        calls++;
        return prompts.stream().map(prompt -> Rollouts.rollout(answer.apply(prompt.text()))).toList();
    }

    @Override
    public int tokens(String text) {
        return text.length();
    }

    @Override
    public int maxPositions() {
        return maxPositions;
    }
}
