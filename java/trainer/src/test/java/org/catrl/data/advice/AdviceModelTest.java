package org.catrl.data.advice;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.data.Example;
import org.catrl.data.Prompt;
import org.catrl.data.RandomStream;
import org.catrl.data.Split;
import org.catrl.flow.Rollout;
import org.catrl.generate.SamplingSettings;
import org.catrl.lm.Asked;
import org.catrl.lm.FrozenModel;
import org.catrl.lm.LanguageModel;
import org.catrl.lm.ModelSettings;
import org.catrl.model.LoadListener;
import org.catrl.reward.Rubric;
import org.junit.jupiter.api.Test;

/** What models/advice has learned, role by role, on situations that it has never seen; its card names these figures. */
class AdviceModelTest {
    private static final Path MODEL = Path.of(System.getProperty("catrl.advice", "../../models/advice"));
    private static final Corpus CORPUS = new Corpus(new Adviser(7, 0.4, 0.15, 0.1, 0.25, 0.65), Split.HELD_OUT);
    private static final int MANY = 300;

    @Test
    void itPlaysTheRolesThatDoNotAdvise() throws IOException {
        try (Backend cpu = Backends.open("cpu", Runtime.getRuntime().availableProcessors()).backend();
                FrozenModel frozen = FrozenModel.open(cpu, MODEL, ModelSettings.of(1).withCacheBytes(64L << 20),
                        LoadListener.NONE)) {
            LanguageModel model = frozen.languageModel(RandomStream.ANCHOR);
            double judged = share(model, i -> CORPUS.judge(4, i));
            double compared = share(model, i -> CORPUS.compare(5, i));
            double rubrics = share(model, i -> CORPUS.rubric(2, i));
            double merged = share(model, i -> CORPUS.merge(8, 8, 1, i));
            double formed = formed(model);
            System.out.printf("models/advice, held out: judges %.3f, compares %.3f, rubrics as wanted %.3f, merges as "
                    + "wanted %.3f, rubrics from questions that can be used %.3f%n", judged, compared, rubrics, merged,
                    formed);
            assertTrue(judged > 0.95, "judges " + judged);
            assertTrue(compared > 0.9, "compares " + compared);
            assertTrue(rubrics > 0.9, "rubrics " + rubrics);
            assertTrue(merged > 0.8, "merges " + merged);
            assertTrue(formed > 0.9, "rubrics from questions " + formed);
        }
    }

    private static List<Rollout> greedy(LanguageModel model, List<Example> examples) {
        return Asked.answers(model, IntStream.range(0, examples.size()).mapToObj(i ->
                new Prompt(i, examples.get(i).prompt())).toList(), SamplingSettings.of(0, 128, List.of()), 0);
    }

    private static double share(LanguageModel model, IntFunction<Example> make) {
        List<Example> examples = IntStream.range(0, MANY).mapToObj(make).toList();
        List<Rollout> made = greedy(model, examples);
        return IntStream.range(0, MANY).filter(i -> made.get(i).text().equals(examples.get(i).completion())).count()
                / (double) MANY;
    }

    private static double formed(LanguageModel model) {
        return greedy(model, IntStream.range(0, MANY).mapToObj(i -> CORPUS.questionRubric(3, i)).toList()).stream()
                .filter(rollout -> Rubric.parse(rollout.text()).distinct().criteria().size() >= 3).count()
                / (double) MANY;
    }
}
