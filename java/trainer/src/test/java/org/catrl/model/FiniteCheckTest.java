package org.catrl.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.EnumSet;
import java.util.Optional;
import org.catrl.compute.Backend;
import org.catrl.compute.Backends;
import org.catrl.compute.Buffer;
import org.catrl.compute.DType;
import org.catrl.compute.EmulatedCuda;
import org.catrl.compute.reference.ReferenceBackend;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an update may leave behind is found, and its tensor named. */
@Tag("hostile")
class FiniteCheckTest {
    private static final ModelConfig CONFIG = Models.tiny(Family.LLAMA, true);

    @ParameterizedTest
    @ValueSource(floats = {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY})
    void aWeightIsNamed(float bad) {
        for (Backend opened : new Backend[] {new ReferenceBackend(), Backends.cpu(null, 2),
            EmulatedCuda.open(false, false)}) {
            try (Backend backend = opened; Weights weights = Weights.random(backend, CONFIG, 1, "test");
                    AdamW adamw = new AdamW(weights)) {
                Buffer norm = weights.layout().finalNorm(weights.flat());
                norm.write(3, new float[] {Float.MAX_VALUE}, 0, 1);
                assertEquals(Optional.empty(), adamw.firstNotFinite(), "large is finite");
                norm.write(3, new float[] {bad}, 0, 1);
                assertEquals(Optional.of("the weight model.norm.weight"), adamw.firstNotFinite());
            }
        }
    }

    /** 3.4e38 is a number in F32, and an infinity in BF16. */
    @Test
    void aStoredWeightIsNamedThoughItsMasterIsFinite() {
        try (Backend backend = Backends.open("cpu", 1).backend();
                Weights weights = Weights.random(backend, CONFIG, 1, "test", DType.BF16);
                AdamW adamw = new AdamW(weights)) {
            weights.layout().tensor("model.layers.1.mlp.up_proj.weight").in(weights.flat())
                    .write(7, new float[] {3.4e38f}, 0, 1);
            weights.changed();
            assertEquals(Optional.of("the stored weight model.layers.1.mlp.up_proj.weight"), adamw.firstNotFinite());
        }
    }

    /** Where the square of a gradient overflows the weight stays what it is, and would never learn again. */
    @Test
    void aMomentIsNamed() {
        try (Backend backend = Backends.open("cpu", 1).backend();
                Weights weights = Weights.random(backend, CONFIG, 1, "test"); AdamW adamw = new AdamW(weights);
                Gradients gradients = new Gradients(weights)) {
            gradients.zero();
            weights.layout().tensor("model.layers.0.self_attn.o_proj.weight").in(gradients.flat())
                    .write(0, new float[] {1e25f}, 0, 1);
            adamw.step(gradients, 1e-3, 0.9, 0.999, 1e-8, 0, 1);
            assertEquals(Optional.of("the second moment of model.layers.0.self_attn.o_proj.weight"),
                    adamw.firstNotFinite());
        }
    }

    @ParameterizedTest
    @EnumSource(value = DType.class, names = {"F32", "BF16"})
    void anAdaptersMatricesAreNamedAsInItsFiles(DType storage) {
        LoraSettings settings = new LoraSettings(2, 4, EnumSet.of(LoraTarget.Q_PROJ, LoraTarget.V_PROJ));
        try (Backend backend = Backends.open("cpu", 1).backend();
                Weights base = Weights.random(backend, CONFIG, 1, "test", storage);
                LoraAdapter adapter = LoraAdapter.random(base, settings, 1, "test");
                AdamW adamw = new AdamW(base.with(adapter))) {
            assertEquals(Optional.empty(), adamw.firstNotFinite());
            LoraLayout.Module module = adapter.layout().modules().get(3);
            adapter.rowsOfB(module).write(1, new float[] {Float.NaN}, 0, 1);
            assertEquals(Optional.of("the weight base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight"),
                    adamw.firstNotFinite());
            adapter.a(module).write(1, new float[] {Float.NaN}, 0, 1);
            assertEquals(Optional.of("the weight base_model.model.model.layers.1.self_attn.v_proj.lora_A.weight"),
                    adamw.firstNotFinite());
        }
    }
}
