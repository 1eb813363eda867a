package org.catrl.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.catrl.aggregate.MajorityVote;
import org.catrl.cli.Main;
import org.catrl.compute.Backend;
import org.catrl.compute.BackendException;
import org.catrl.compute.Backends;
import org.catrl.compute.CountingBackend;
import org.catrl.compute.EmulatedCuda;
import org.catrl.model.ModelConfig;
import org.catrl.recipe.Recipes;
import org.catrl.recipe.TrainRecipe;
import org.catrl.reward.AnswerReward;
import org.catrl.text.AnswerFormat;
import org.catrl.train.MemoryPlan;
import org.catrl.train.Policy;
import org.catrl.train.Trainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the plan says of memory, against what a run takes. */
class MemoryPlanTest {
    private static final Path RECIPE = Path.of("../../models/arithmetic/cat.yaml");
    private static final List<String> SMALL = List.of("prompts_per_step=4", "grpo.num_generations=4",
            "eval.problems=0", "sampling.max_batch_rows=12", "sampling.cache_mb=2");

    private static TrainRecipe recipe(String... more) {
        List<String> all = new ArrayList<>(SMALL);
        all.addAll(List.of(more));
        return Recipes.train(RECIPE, all);
    }

    private static Policy policy(Backend backend, TrainRecipe recipe) throws IOException {
        return Policy.open(backend, recipe.run().model(), recipe.policySettings());
    }

    private static void step(Policy policy, TrainRecipe recipe) {
        policy.anchor();
        AnswerFormat format = recipe.task().answer().toFormat();
        new Trainer(policy, Task.of(recipe).prompts(), new MajorityVote(format), new AnswerReward(format), format,
                recipe.trainerSettings()).step(0);
    }

    private static int longestPrompt(TrainRecipe recipe) throws IOException {
        return ModelCheck.fits(recipe.run().model(), Task.of(recipe), recipe).longestPrompt();
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "cuda"})
    void aRunTakesWhatThePlanSaysAndNoMore(String name) throws IOException {
        TrainRecipe recipe = recipe("grpo.beta=0.1", "grpo.kl_placement=loss");
        boolean cpu = name.equals("cpu");
        try (Backend backend = cpu ? Backends.cpu(null, 2) : EmulatedCuda.open(false, false);
                Policy policy = policy(backend, recipe)) {
            MemoryPlan.Work work = new MemoryPlan.Work(longestPrompt(recipe), 40, 8, 16, 0, true, true, List.of(),
                    true);
            List<MemoryPlan.Phase> plan = MemoryPlan.of(cpu ? CountingBackend.like(backend) : CountingBackend.cuda(),
                    ModelConfig.read(recipe.run().model()), recipe.policySettings().model(), work);
            Map<String, Long> planned = plan.get(plan.size() - 1).byOwner();
            step(policy, recipe);
            policy.snapshot();
            Map<String, Long> held = backend.ledger().byOwner();
            held.forEach((owner, bytes) -> assertTrue(bytes <= planned.getOrDefault(owner, 0L),
                    owner + " holds " + bytes + ", planned are " + planned.get(owner)));
            for (String owner : List.of("weights", "anchor weights", "gradients", "optimizer", "kv cache")) {
                assertEquals(planned.get(owner), held.get(owner), owner);
            }
            assertEquals(cpu ? planned.get("weights") * 3 : null, planned.get("checkpoint"));
            assertEquals(planned.get("checkpoint"), held.get("checkpoint"), "a device's memory holds no copy");
        }
    }

    /** The model of a role is counted, and takes no memory to learn with. */
    @Test
    void aJudgeOfItsOwnTakesWhatThePlanSays() throws IOException {
        String judge = "roles.judge={to: model, model: " + RECIPE.toAbsolutePath().normalize().getParent() + "}";
        TrainRecipe recipe = recipe(judge, "judge.method=likelihood", "rewards=[{kind: judge}]").keyed();
        try (Backend backend = Backends.cpu(null, 2)) {
            MemoryForecast plan = MemoryForecast.of(recipe, longestPrompt(recipe), CountingBackend.like(backend),
                    Long.MAX_VALUE);
            long alone = MemoryForecast.of(recipe(), longestPrompt(recipe), CountingBackend.like(backend),
                    Long.MAX_VALUE).last().bytes();
            try (Policy policy = policy(backend, recipe); ModelRoles roles = new ModelRoles(recipe, backend,
                    policy, Optional.empty(), RunListener.SILENT)) {
                long before = backend.ledger().total();
                new RewardFactory(recipe, Optional.empty(), policy, roles,
                        recipe.task().answer().toFormat()).rewards().scoreAll(List.of(), 0);
                long taken = backend.ledger().total() - before;
                assertTrue(taken > 0 && taken <= plan.last().bytes() - alone,
                        taken + " taken, planned " + (plan.last().bytes() - alone));
                assertTrue(taken < 3 * before, taken + " for a model that does not learn; the policy took " + before);
            }
        }
    }

    @Test
    void theCommandPrintsBothBackendsAndAllocatesNothing() {
        StringWriter text = new StringWriter();
        assertEquals(0, Main.run(new PrintWriter(text, true), new PrintWriter(text, true), "plan", RECIPE.toString()));
        String all = text.toString();
        assertTrue(all.matches("(?s).*cpu\n.*weights \\(packed\\) .*it fits.*cuda\n.*cublas workspace +32.0.*"), all);
    }

    @Test
    void aRunThatCannotFitIsRefusedWithWhatToDo() throws IOException {
        TrainRecipe large = recipe("sampling.cache_mb=1000", "sampling.max_batch_rows=100000");
        try (Backend cpu = Backends.cpu(null, 1)) {
            MemoryForecast plan = MemoryForecast.of(large, longestPrompt(large), CountingBackend.like(cpu), 64 << 20);
            assertFalse(plan.fits());
            String message = assertThrows(BackendException.class, plan::requireFits).getMessage();
            assertTrue(message.contains("kv cache, lowered by sampling.cache_mb"), message);
            assertTrue(message.contains("cpu has 64.0 MiB"), message);
            assertEquals(0, cpu.ledger().peak());
        }
    }

    @Test
    void aRunWithoutCheckpointsTakesNoMemoryForThem() throws IOException {
        TrainRecipe with = recipe();
        TrainRecipe without = recipe("save_steps=0", "save_minutes=0");
        try (Backend cpu = Backends.cpu(null, 1)) {
            assertTrue(plan(with, cpu).containsKey("checkpoint"));
            assertFalse(plan(without, cpu).containsKey("checkpoint"));
        }
    }

    private static Map<String, Long> plan(TrainRecipe recipe, Backend like) throws IOException {
        return MemoryForecast.of(recipe, longestPrompt(recipe), CountingBackend.like(like), Long.MAX_VALUE).last()
                .byOwner();
    }

    /** The backend's memory ends in the middle of the update. */
    @Test
    void anErrorOfMemoryNamesThePhaseAndTheLastCheckpoint() throws IOException {
        Path out = Files.createTempDirectory("run");
        TrainRecipe recipe = recipe("max_steps=3", "save_steps=1", "out=" + out.resolve("it"));
        try (Backend real = Backends.cpu(null, 2)) {
            int[] updates = {0};
            Backend ends = failing(real, owner -> owner.equals("policy loss") && updates[0]++ >= 12);
            String message = assertThrows(OutOfMemoryError.class, () -> TrainingRun.of(recipe).on(ends).run())
                    .getMessage();
            assertTrue(message.matches("step \\d, phase update: no memory for policy loss; the last checkpoint is "
                    + ".*checkpoint-\\d"), message);
            assertTrue(Files.exists(out.resolve("it/checkpoint-1/model.safetensors")));
        }
    }

    private static Backend failing(Backend real, Predicate<String> full) {
        return (Backend) Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("allocate") && full.test((String) arguments[2])) {
                        throw new OutOfMemoryError("no memory for " + arguments[2]);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }
}
