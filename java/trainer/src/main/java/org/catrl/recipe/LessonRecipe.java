package org.catrl.recipe;

import java.util.List;
import java.util.stream.Stream;
import org.catrl.data.arithmetic.CorpusSettings;
import org.catrl.data.arithmetic.CorpusStage;
import org.catrl.setting.SettingException;

/**
 * What supervised training learns, one of three: sums, advice on house plants, or a file of examples. Its keys stand at
 * the top of a recipe.
 *
 * <pre>{@code
 * examples: {file: examples.jsonl, batch_size: 16, max_steps: 200}
 * }</pre>
 *
 * @param corpus   how sums are made
 * @param stages   what a step learns of them, in order
 * @param advice   the corpus of advice instead
 * @param examples the file of examples instead
 */
public record LessonRecipe(CorpusSettings corpus, List<CorpusStage> stages, AdviceRecipe advice,
                           ExamplesRecipe examples) {
    static final LessonRecipe NONE = new LessonRecipe(new CorpusSettings(0, 0, 0, 0, 0), List.of(), null, null);

    public LessonRecipe {
        stages = List.copyOf(stages);
        if (Stream.of(!stages.isEmpty(), advice != null, examples != null).filter(given -> given).count() > 1) {
            throw new SettingException("stages", "stages, advice and examples are three sources of examples; leave "
                    + "out all but one");
        }
    }

    /** Whether nothing is given to learn. */
    public boolean isEmpty() {
        return stages.isEmpty() && advice == null && examples == null;
    }

    /** Whether a corpus is learned, from random weights. */
    public boolean isCorpus() {
        return examples == null;
    }

    /** Whether the model's end token is put behind every completion; sums end in a token of their own. */
    public boolean appendEos() {
        return isCorpus() ? advice != null : examples.appendEos();
    }
}
