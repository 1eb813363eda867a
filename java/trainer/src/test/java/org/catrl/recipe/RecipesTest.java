package org.catrl.recipe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.catrl.data.arithmetic.Addition;
import org.catrl.data.arithmetic.Corpus;
import org.catrl.lm.FenceMark;
import org.catrl.text.GuardedAnswer;
import org.catrl.train.LossType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The recipes that are shipped, and the rules between their keys. */
class RecipesTest {
    private static final Path CAT = Path.of("../../models/arithmetic/cat.yaml");
    private static final Path SFT = Path.of("../../models/arithmetic/sft.yaml");

    @TempDir
    Path folder;

    @Test
    void theShippedRecipesAreRead() {
        TrainRecipe cat = train();
        assertEquals(LossType.DAPO, cat.update().grpo().lossType());
        assertEquals(AggregatorName.SYNTHESIS, cat.aggregation().aggregator());
        assertTrue(Recipes.sft(SFT, List.of()).lesson().stages().size() > 1);
    }

    @Test
    void theShippedTemplateIsTheFormTheCorpusTaught() {
        List<String> rollouts = List.of("a#1.", "b#2.");
        var responses = rollouts.stream().map(text -> new org.catrl.aggregate.Response(text, false, false)).toList();
        assertEquals(Corpus.synthesisPrompt(rollouts),
                train().task().synthesis().prompt().of(java.util.Optional.empty(), responses));
    }

    @Test
    void theShippedPatternFindsTheAnswer() {
        Addition problem = new Addition(347, 58, 926);
        assertEquals(problem.answer(), train().task().answer().toFormat().extract(problem.solution()).orElseThrow());
        assertTrue(train().task().answer().toFormat().extract("a786021b45#013").isEmpty());
    }

    /** What a run records is the run: of every recipe that is shipped, read from another folder. */
    @ParameterizedTest
    @MethodSource("shipped")
    void aRecipeReadsBackWhatItWrites(Path file) throws IOException {
        Recipe recipe = Recipes.either(file, List.of());
        Path written = Files.writeString(folder.resolve("recipe.yaml"), RecipeYaml.write((Record) recipe));
        assertEquals(recipe, Recipes.either(written, List.of()));
        assertEquals(Files.readString(written), RecipeYaml.write((Record) Recipes.either(written, List.of())));
    }

    private static Stream<Path> shipped() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("../../models"))) {
            List<Path> found = files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList();
            assertTrue(found.size() >= 10, found.toString());
            return found.stream();
        }
    }

    /** Every kind of reward, role and data, and every part that may be absent. */
    @Test
    void soDoesOneWithEveryKind() throws IOException {
        TrainRecipe recipe = train("lora={r: 8, lora_alpha: 16, target_modules: [q_proj]}", "grpo.epsilon_high=0.3",
                "allow_gold=true", "rewards=[{kind: answer}, {kind: cosine_scaled, limit: 9}, {kind: cosine_scaled}, "
                        + "{kind: rubric}, {kind: given_rubric, weight: 0.5}, {kind: judge}, "
                        + "{kind: reference_likelihood}, {kind: certainty}, "
                        + "{kind: self_certainty}, {kind: length_penalty}, {kind: soft_overlong, cache: 3}, "
                        + "{kind: repetition_penalty, ngram: 4}, {kind: think_format}, {kind: think_answer_format}, "
                        + "{kind: custom, provider: mine}]",
                "roles={anchor: {to: policy}, rubric_writer: {to: anchor}, judge: {to: model, model: x}, "
                        + "grader: {to: endpoint, base_url: 'https://host/v1', model: m, api_key_env: KEY}}",
                "data={schema: gsm8k, train: a.jsonl, probe: b.jsonl, answer_pattern: '(.)', "
                        + "split: {validation: 0.1, test: 0}}",
                "chat={system: s, variables: {a: 1, b: true, c: x, d: null}}");
        assertEquals(15, recipe.reward().rewards().size());
        Path written = Files.writeString(folder.resolve("recipe.yaml"), RecipeYaml.write(recipe));
        assertEquals(recipe, Recipes.train(written, List.of()));
    }

    @Test
    void aRunHasASecretThatItsRecipeTells() throws IOException {
        TrainRecipe recipe = train();
        assertNull(recipe.run().promptSecret());
        TrainRecipe keyed = recipe.keyed();
        assertEquals(keyed, keyed.keyed());
        assertNotEquals(keyed, recipe.keyed(), "drawn for each run");
        Path written = Files.writeString(folder.resolve("recipe.yaml"), RecipeYaml.write(keyed));
        assertEquals(keyed, Recipes.train(written, List.of()));
        assertEquals(new FenceMark("any-eight-letters").of("x"),
                train("prompt_secret=any-eight-letters").run().fenceMark().of("x"));
        String message = assertThrows(RecipeException.class, () -> train("prompt_secret=short")).getMessage();
        assertTrue(message.contains("prompt_secret is \"short\"; it must be a text of at least 8 characters"), message);
    }

    /** Every format is guarded: what no format can read is no answer, and the run goes on. */
    @Test
    void whateverAnAnswerIsReadByIsGuarded() {
        for (String format : List.of("boxed", "free", "number", "choice", "text", "'pattern', pattern: '(x)'")) {
            for (boolean strict : List.of(true, false)) {
                assertInstanceOf(GuardedAnswer.class, train("answer={format: " + format.replace("'pattern'", "pattern")
                        + ", strict: " + strict + "}").task().answer().toFormat(), format);
            }
        }
        String health = "word ".repeat(1000).strip();
        assertEquals(Optional.of(health), train("answer={format: text}").task().answer().toFormat().extract(health));
    }

    @Test
    void aRubricHasABound() {
        assertEquals(32, train().reward().rubric().maxCriteria());
        String message = assertThrows(RecipeException.class, () -> train("rubric.max_criteria=4")).getMessage();
        assertTrue(message.contains("max_criteria is 4; it must be at least criteria, 5"), message);
    }

    /** Runs of earlier versions wrote the keys of all kinds, those of others without a value. */
    @Test
    void aKeyOfAnotherKindWithoutAValueSaysNothing() {
        assertEquals(train("rewards=[{kind: length_penalty}]"), train("rewards=[{kind: length_penalty, weight: 1.0, "
                + "limit: null, cache: null, penalty: null, ngram: null, provider: null}]"));
        assertEquals(train(), train("roles.judge={to: anchor, model: null, base_url: null, concurrency: null}"));
        assertEquals(train(), train("data={source: arithmetic, seed: 1, train: null, schema: plain, split: null}"));
    }

    @Test
    void theSourceFollowsFromWhatIsGiven() {
        DataSource.Jsonl data = (DataSource.Jsonl) train("data={schema: math, held_out: x.jsonl}").task().data();
        assertEquals(CAT.toAbsolutePath().normalize().resolveSibling("x.jsonl"), data.files().heldOut());
        assertError("in data: source is missing; it must be one of arithmetic, advice, jsonl", "data={seed: 3}");
    }

    @Test
    void withoutDataNothingIsTrained() throws IOException {
        Path file = Files.writeString(folder.resolve("bare.yaml"), "model: x\nmax_steps: 1\n");
        String message = assertThrows(RecipeException.class, () -> Recipes.train(file, List.of())).getMessage();
        assertEquals(file + ": data is missing; say what to train on, e.g. data: {train: prompts.jsonl}, "
                + "or data: {source: arithmetic} for generated sums", message);
    }

    @Test
    void aKeyOfAnotherKindNamesTheKindsThatHaveIt() {
        assertError("in rewards.0: ngram is 3; it goes with kind: repetition_penalty, not with kind: answer",
                "rewards=[{kind: answer, ngram: 3}]");
        assertError("in rewards.0: limit is 3; it goes with kind: cosine_scaled, length_penalty, soft_overlong, "
                + "not with kind: judge", "rewards=[{kind: judge, limit: 3}]");
        assertError("in roles.judge: concurrency is 3; it goes with to: endpoint, not with to: anchor",
                "roles.judge={to: anchor, concurrency: 3}");
        assertError("in roles.judge: concurrency is 3; it goes with to: endpoint, not with to: anchor",
                "roles.judge.concurrency=3");
        assertError("in data: prompt_field is q; it goes with source: jsonl, not with source: arithmetic",
                "data.prompt_field=q");
        assertError("in roles.judge: model is missing; to: endpoint needs",
                "roles.judge={to: endpoint, base_url: 'http://h'}");
        assertError("in roles.judge: base_url is ftp://h; it must be an http or https address",
                "roles.judge={to: endpoint, model: m, base_url: 'ftp://h'}");
        assertError("kind is \"answr\"; it must be one of answer, cosine_scaled, rubric,", "rewards=[{kind: answr}]");
    }

    @Test
    void trlsNamesAreAnsweredWithTheRightPath() {
        for (String path : List.of("optimizer.learning_rate", "grpo.num_generations", "grpo.beta", "grpo.epsilon",
                "optimizer.warmup_steps", "sampling.top_p", "sampling.min_p", "sampling.repetition_penalty",
                "optimizer.max_grad_norm", "grpo.loss_type", "grpo.scale_rewards", "grpo.num_iterations",
                "optimizer.lr_scheduler_type", "optimizer.weight_decay", "optimizer.adam_beta1")) {
            String name = path.substring(path.indexOf('.') + 1);
            assertError("unknown key \"" + name + "\"; did you mean \"" + path + "\"?", name + "=1");
        }
        assertError("unknown key \"temperature\"; did you mean \"sampling.temperature\", \"synthesis.temperature\" or "
                + "\"rubric.temperature\"?", "temperature=1");
        assertError("did you mean \"sampling.max_completion_length\", ", "max_completion_length=1");
        assertError("unknown key \"grpo.learning_rate\"; did you mean \"optimizer.learning_rate\"?",
                "grpo.learning_rate=1");
        assertError("unknown key \"optimizer.max_steps\"; did you mean \"max_steps\"?", "optimizer.max_steps=1");
        assertError("unknown key \"lerning_rate\"; did you mean \"optimizer.learning_rate\"?", "lerning_rate=1");
    }

    @Test
    void oneElementOfAListMayBeSet() {
        Path advice = Path.of("../../models/advice/cat.yaml");
        RewardSpec overlong = Recipes.train(advice, List.of("rewards.1.limit=40")).reward().rewards().get(1);
        assertEquals(new RewardSpec.SoftOverlong(0.3, 40, 28), overlong);
        for (String wrong : List.of("rewards.2.limit=40", "rewards.x.limit=40", "rewards.-1=3")) {
            String message = assertThrows(RecipeException.class, () -> Recipes.train(advice, List.of(wrong)))
                    .getMessage();
            assertTrue(message.contains("is no element of a list of 2"), message);
        }
    }

    @Test
    void aPathStartsWhereItWasWritten() {
        Path here = Path.of("").toAbsolutePath();
        Path there = CAT.toAbsolutePath().normalize().getParent();
        assertEquals(there, train().run().model());
        assertEquals(here.resolve("m"), train("model=m").run().model());
        assertEquals(here.resolve("m"), train("model='m'").run().model());
        assertEquals(List.of(there.resolve("m")), train("roles.judge={to: model, model: m}").roles().folders());
    }

    @Test
    void aPresetHoldsWhereTheRecipeIsSilent() {
        TrainRecipe paper = train("preset=cat-paper", "grpo.beta=0.5");
        assertEquals(StorageName.BFLOAT16, paper.run().dtype());
        assertEquals(1e-6, paper.update().grpo().advantage().advantageEpsilon());
        assertEquals(0.5, paper.update().grpo().kl().beta());
        assertEquals(80, paper.schedule().maxSteps());
        assertError("preset is \"paper\"; it must be one of trl_defaults, cat_paper", "preset=paper");
    }

    @Test
    void aKeyIsNeitherRecordedNorTold() {
        String yaml = RecipeYaml.write(train("roles.judge={to: endpoint, model: m, base_url: 'http://h/v1', "
                + "api_key_env: KEY}"));
        assertTrue(yaml.contains("api_key_env: KEY"), yaml);
        String message = assertThrows(RecipeException.class, () -> train("roles.judge={to: endpoint, model: m, "
                + "base_url: 'http://h/v1'}", "roles.judge.api_key_env=sk-secret")).getMessage();
        assertTrue(message.contains("api_key_env is no name of an environment variable"), message);
    }

    @Test
    void trueLabelsAreAskedForByName() {
        assertEquals(AggregatorName.SYNTHESIS, train().aggregation().aggregator());
        assertEquals(AggregatorName.LABELS, train("aggregator=labels").aggregation().aggregator());
    }

    @Test
    void rulesBetweenKeysNameTheKey() {
        assertError("pattern is missing; format: pattern has to be told it", "answer={format: pattern}");
        assertError("pattern is x(.); it goes with format: pattern, and only with it", "answer={pattern: 'x(.)'}");
        assertTrue(assertThrows(RecipeException.class, () -> train("aggregator=custom")).getMessage()
                .contains("aggregator_name is missing; aggregator: custom has to be told which of your own"));
        assertError("aggregator_name is mine; it goes with aggregator: custom, and only with it",
                "aggregator_name=mine");
        assertError("answer.format is \"regex\"; it must be one of boxed, free, number, choice, text, pattern",
                "answer.format=regex");
        assertError("mini_batches is 3; it must be a divisor of the prompts of a step", "grpo.mini_batches=3");
        assertError("train is missing; source: jsonl needs a file of prompts", "data={source: jsonl}");
        assertError("train is x.jsonl; it goes with source: jsonl", "data.train=x.jsonl");
        assertError("unknown key \"sampling.temprature\"; did you mean \"temperature\"?", "sampling.temprature=1");
        assertError("num_generations is 1; it must be 2 or more", "grpo.num_generations=1");
        assertError("backend is \"gpu\"; it must be one of auto, cpu, cuda, reference", "backend=gpu");
        assertError("attempts is 0", "synthesis.attempts=0");
        assertError("max_steps is 0; it must be 1 or more", "max_steps=0");
    }

    private static TrainRecipe train(String... assignments) {
        return Recipes.train(CAT, List.of(assignments));
    }

    private static void assertError(String part, String assignment) {
        String message = assertThrows(RecipeException.class, () -> train(assignment)).getMessage();
        assertTrue(message.contains(part), message);
        assertTrue(message.startsWith("--set "), message);
    }
}
