package org.catrl.train;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.GrpoParameters;
import org.catrl.compute.PolicyTokens;
import org.catrl.compute.KlEstimator;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Losses, gradients and advantages that TRL and verl computed in float64; settings, weights and op together. */
class OutsideLossesTest {
    private static final Path FILE = Path.of("../../../shared/data/rl_losses/loss_reference_values.json");

    private JsonNode data;

    @BeforeEach
    void read() throws IOException {
        assumeTrue(Files.exists(FILE), "skipped: there is no " + FILE.toAbsolutePath().normalize());
        data = new ObjectMapper().readTree(FILE.toFile());
    }

    @TestFactory
    Stream<DynamicTest> trl() {
        return cases("policy_loss_trl").map(losses -> DynamicTest.dynamicTest(losses.get("id").asText(), () -> {
            GrpoConfig config = GrpoConfig.trlDefaults().toBuilder()
                    .lossType(LossType.valueOf(losses.get("loss_type").asText().toUpperCase()))
                    .importanceSamplingLevel(ImportanceSamplingLevel.valueOf(
                            losses.get("importance_sampling_level").asText().toUpperCase()))
                    .clip(losses.get("epsilon_low").asDouble(), losses.get("epsilon_high").asDouble())
                    .kl(losses.get("beta").asDouble(), KlPlacement.LOSS, KlEstimator.K3).build();
            String old = losses.get("old_logps").asText().equals("inputs.old_logps") ? "old_logps" : "logps";
            check(withDelta(config, losses.get("delta")), old, losses.get("max_completion_length").asInt(), losses, 1);
        }));
    }

    /** A dual clip below the upper clip bound (verl's 1.1) is refused here, so those cases are not among them. */
    @TestFactory
    Stream<DynamicTest> verl() {
        return cases("policy_loss_verl").filter(losses -> losses.get("dual_clip_c").asDouble() > 1.3)
                .map(losses -> DynamicTest.dynamicTest(losses.get("id").asText(), () -> {
                    String mode = losses.get("loss_agg_mode").asText();
                    GrpoConfig config = GrpoConfig.trlDefaults().toBuilder().lossType(switch (mode) {
                        case "token-mean" -> LossType.DAPO;
                        case "seq-mean-token-mean" -> LossType.GRPO;
                        default -> LossType.DR_GRPO;
                    }).clip(losses.get("clip_low").asDouble(), losses.get("clip_high").asDouble()).build();
                    boolean overLength = mode.equals("seq-mean-token-sum-norm");
                    check(withDelta(config, losses.get("dual_clip_c")), "old_logps", overLength ? 6 : 1, losses,
                            overLength ? 4 : 1);
                }));
    }

    @Test
    void advantages() {
        int compared = 0;
        for (JsonNode given : data.get("advantages")) {
            int size = given.path("num_generations").asInt(given.get("rewards").size());
            compared += advantages(given, "trl_group", ScaleRewards.GROUP, 1e-4, size);
            compared += advantages(given, "trl_none", ScaleRewards.NONE, 1e-4, size);
            compared += advantages(given, "trl_scale_rewards_batch", ScaleRewards.BATCH, 1e-4, size);
            compared += size < 2 ? 0 : advantages(given, "verl_grpo_eps1e6", ScaleRewards.GROUP, 1e-6, size);
        }
        assertEquals(30, compared, "comparisons made");
    }

    private int advantages(JsonNode given, String name, ScaleRewards scale, double epsilon, int size) {
        if (!given.has(name)) {
            return 0;
        }
        double[] rewards = numbers(given.get("rewards"));
        double[][] groups = new double[rewards.length / size][];
        for (int g = 0; g < groups.length; g++) {
            groups[g] = java.util.Arrays.copyOfRange(rewards, g * size, (g + 1) * size);
        }
        List<GroupAdvantages> values = Advantages.of(AdvantagesTest.rewards(groups), GrpoConfig.trlDefaults()
                .toBuilder()
                .scaleRewards(scale).advantageEpsilon(epsilon).build()).groups();
        assertArrayEquals(numbers(given.get(name)), values.stream()
                .flatMapToDouble(group -> java.util.Arrays.stream(group.values())).toArray(),
                3e-6, name + " of " + given.get("rewards"));
        return 1;
    }

    /** @param timesMean the case divides by less than S * maxLength: by how much less */
    private void check(GrpoConfig config, String old, int maxLength, JsonNode losses, double timesMean) {
        JsonNode inputs = data.get("inputs");
        JsonNode masks = losses.path("mask").isMissingNode() ? inputs.get("mask") : losses.get("mask");
        int rows = masks.size();
        int[] lengths = new int[rows];
        boolean[] used = new boolean[rows];
        boolean[] masked = new boolean[rows];
        for (int row = 0; row < rows; row++) {
            int live = length(masks.get(row));
            lengths[row] = length(inputs.get("mask").get(row));
            used[row] = true;
            masked[row] = live == 0;
        }
        double[] weights = TokenWeights.of(config.lossType(), lengths, used, masked, maxLength);
        List<float[]> columns = List.of(flat("logps", lengths), flat(old, lengths), flat("ref_logps", lengths),
                spread(numbers(inputs.get("advantages")), lengths, 1), spread(weights, lengths, timesMean));
        compare(config.parameters(), columns, lengths, losses);
    }

    private void compare(GrpoParameters parameters, List<float[]> columns, int[] lengths, JsonNode losses) {
        int n = columns.get(0).length;
        int[] from = new int[lengths.length + 1];
        for (int row = 0; row < lengths.length; row++) {
            from[row + 1] = from[row] + lengths[row];
        }
        try (ReferenceBackend backend = new ReferenceBackend()) {
            List<Buffer> in = columns.stream()
                    .map(column -> backend.allocate(DType.F32, n, "test").put(column)).toList();
            Buffer dlogp = backend.allocate(DType.F32, n, "test");
            Buffer sums = backend.allocate(DType.F64, GrpoParameters.Sum.values().length, "test");
            backend.grpo(dlogp, backend.allocate(DType.F32, n, "test"), sums, new PolicyTokens(n, lengths.length,
                    in.get(0), in.get(1), in.get(2), in.get(3), in.get(4),
                    backend.allocate(DType.I32, from.length, "test").put(from)), parameters);
            assertEquals(losses.get("loss").asDouble(), sums.doubles()[GrpoParameters.Sum.LOSS.ordinal()], 1e-6,
                    "loss");
            float[] slopes = dlogp.floats();
            for (int row = 0; row < lengths.length; row++) {
                for (int t = 0; t < lengths[row]; t++) {
                    assertEquals(losses.get("grad_logps").get(row).get(t).asDouble(), slopes[from[row] + t], 1e-6,
                            "gradient of row " + row + " token " + t);
                }
            }
            if (losses.path("metrics").has("clip_ratio/high_mean")) {
                double[] all = sums.doubles();
                assertEquals(losses.get("metrics").get("clip_ratio/high_mean").asDouble(),
                        all[GrpoParameters.Sum.CLIPPED_HIGH.ordinal()] / all[GrpoParameters.Sum.TOKENS.ordinal()],
                        parameters.sequenceLevel() ? 1 : 1e-6);
            }
        }
    }

    private float[] flat(String name, int[] lengths) {
        List<Float> values = new ArrayList<>();
        for (int row = 0; row < lengths.length; row++) {
            for (int t = 0; t < lengths[row]; t++) {
                values.add((float) data.get("inputs").get(name).get(row).get(t).asDouble());
            }
        }
        return floats(values);
    }

    private static float[] spread(double[] perRow, int[] lengths, double scale) {
        List<Float> values = new ArrayList<>();
        for (int row = 0; row < lengths.length; row++) {
            for (int t = 0; t < lengths[row]; t++) {
                values.add((float) (perRow[row] * scale));
            }
        }
        return floats(values);
    }

    private static float[] floats(List<Float> values) {
        float[] array = new float[values.size()];
        for (int i = 0; i < array.length; i++) {
            array[i] = values.get(i);
        }
        return array;
    }

    private static GrpoConfig withDelta(GrpoConfig config, JsonNode delta) {
        return delta.isNull() ? config : config.toBuilder().delta(delta.asDouble()).build();
    }

    private Stream<JsonNode> cases(String name) {
        return StreamSupport.stream(data.get(name).spliterator(), false);
    }

    private static int length(JsonNode mask) {
        int length = 0;
        for (JsonNode token : mask) {
            length += token.asInt();
        }
        return length;
    }

    private static double[] numbers(JsonNode values) {
        return StreamSupport.stream(values.spliterator(), false)
                .mapToDouble(value -> value.isNull() ? Double.NaN : value.asDouble()).toArray();
    }
}
