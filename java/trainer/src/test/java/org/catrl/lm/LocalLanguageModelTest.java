package org.catrl.lm;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.catrl.data.Prompt;
import org.catrl.flow.Rollout;
import org.catrl.flow.SampledGroup;
import org.catrl.flow.WeightsVersion;
import org.catrl.generate.Completion;
import org.catrl.generate.DrawKey;
import org.catrl.generate.FakeRunner;
import org.catrl.generate.Finish;
import org.catrl.generate.Generator;
import org.catrl.generate.Request;
import org.catrl.generate.SamplingSettings;
import org.catrl.text.HuggingFaceTokenizer;
import org.junit.jupiter.api.Test;

class LocalLanguageModelTest {
    private static final Path ARITHMETIC = Path.of("../../models/arithmetic");
    private static final List<Prompt> PROMPTS = List.of(new Prompt(4, "Q123+456="), new Prompt(9, "Q1+1="));

    private interface Use {
        void with(HuggingFaceTokenizer tokenizer, Generator generator);
    }

    private static void use(Use use) throws IOException {
        try (HuggingFaceTokenizer tokenizer = HuggingFaceTokenizer.load(ARITHMETIC)) {
            use.with(tokenizer, new Generator(new FakeRunner(16, 50, 100, 20), tokenizer::decode, 1));
        }
    }

    @Test
    void answersComeInTheOrderAskedWithTheirText() throws IOException {
        use((tokenizer, generator) -> {
            LocalLanguageModel model = new LocalLanguageModel(generator, tokenizer, List.of());
            SamplingSettings settings = SamplingSettings.of(1, 12, List.of());
            List<Rollout> answers = Asked.answers(model, PROMPTS, settings, 5);
            for (int i = 0; i < answers.size(); i++) {
                int[] prompt = tokenizer.encode(PROMPTS.get(i).text());
                Completion expected = generator.generate(
                        List.of(new Request(prompt, 1, settings, DrawKey.rollout(5, PROMPTS.get(i).id())))).get(0)
                        .get(0);
                assertArrayEquals(expected.ids(), answers.get(i).completion().ids());
                assertEquals(tokenizer.decode(expected.ids()), answers.get(i).text());
                assertTrue(answers.get(i).truncated());
            }
            List<SampledGroup> groups = model.sample(PROMPTS, 3, settings, 5, new WeightsVersion(7));
            assertEquals(PROMPTS, groups.stream().map(SampledGroup::prompt).toList());
            assertArrayEquals(tokenizer.encode(PROMPTS.get(1).text()), groups.get(1).promptIds());
            assertEquals(7, groups.get(1).origin().orElseThrow().weights().updates());
            assertEquals(answers.get(1).text(), groups.get(1).rollouts().get(0).text());
        });
    }

    @Test
    void theModelsStopTokensCountWhereTheSettingsNameNone() throws IOException {
        use((tokenizer, generator) -> {
            LocalLanguageModel model = new LocalLanguageModel(generator, tokenizer, List.of(1, 2, 3, 4, 5, 6));
            assertEquals(Finish.STOP_TOKEN, finish(model, SamplingSettings.of(1, 60, List.of())));
            assertEquals(Finish.LENGTH, finish(model, SamplingSettings.of(1, 2, List.of(19))));
        });
    }

    private static Finish finish(LocalLanguageModel model, SamplingSettings settings) {
        return Asked.answers(model, PROMPTS.subList(0, 1), settings, 0).get(0).completion().finish();
    }

    @Test
    void whatFitsCanBeAskedBefore() throws IOException {
        use((tokenizer, generator) -> {
            LocalLanguageModel model = new LocalLanguageModel(generator, tokenizer, List.of());
            assertEquals(9, model.tokens("Q123+456="));
            assertEquals(100, model.maxPositions());
            SamplingSettings most = SamplingSettings.of(1, 91, List.of());
            List<Reply> replies = Asked.replies(model, PROMPTS, SamplingSettings.of(1, 92, List.of()), 0);
            assertEquals(List.of(false, true), replies.stream().map(reply -> reply.rollout().isPresent()).toList());
            assertTrue(((Reply.Unanswered) replies.get(0)).reason().contains("9 tokens"), replies.get(0).toString());
            assertEquals(2, Asked.answers(model, PROMPTS, most, 0).size(), "one token fewer fits");
        });
    }

    @Test
    void aStreamIsTheTextAsItIsDrawn() throws IOException {
        use((tokenizer, generator) -> {
            LocalLanguageModel model = new LocalLanguageModel(generator, tokenizer, List.of());
            SamplingSettings settings = SamplingSettings.of(1, 20, List.of());
            List<String> pieces = new ArrayList<>();
            Rollout streamed = model.stream(tokenizer.encode("Q123+456="), settings, DrawKey.rollout(5, 1),
                    pieces::add);
            assertEquals(Asked.answers(model, List.of(new Prompt(1, "Q123+456=")), settings, 5).get(0).text(),
                    streamed.text());
            assertEquals(streamed.text(), String.join("", pieces));
            assertTrue(pieces.size() > 10, pieces.toString());
        });
    }
}
