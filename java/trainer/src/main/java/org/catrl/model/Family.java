package org.catrl.model;

import static org.catrl.model.Family.Trait.CENTRED_NORMS;
import static org.catrl.model.Family.Trait.NORMED_BRANCHES;
import static org.catrl.model.Family.Trait.QUERY_KEY_NORM;
import static org.catrl.model.Family.Trait.QUERY_KEY_VALUE_BIAS;
import static org.catrl.model.Family.Trait.SCALED_EMBEDDING;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.catrl.compute.GluActivation;

/** The layer's variants, by the {@code model_type} of a Hugging Face config.json. */
public enum Family {
    /** Llama 1 to 3. */
    LLAMA("llama", "LlamaForCausalLM", GluActivation.SILU),
    /** Qwen 2 and 2.5. */
    QWEN2("qwen2", "Qwen2ForCausalLM", GluActivation.SILU, QUERY_KEY_VALUE_BIAS),
    /** Qwen 3. */
    QWEN3("qwen3", "Qwen3ForCausalLM", GluActivation.SILU, QUERY_KEY_NORM),
    /** Gemma 3, and the text part of the multimodal Gemma 3. */
    GEMMA3("gemma3_text", "Gemma3ForCausalLM", GluActivation.GELU_TANH, QUERY_KEY_NORM, CENTRED_NORMS, NORMED_BRANCHES,
            SCALED_EMBEDDING);

    /** What a family has beyond Llama. */
    enum Trait {
        /** Biases on q, k and v. */
        QUERY_KEY_VALUE_BIAS,
        /** RMSNorm on each query and key head. */
        QUERY_KEY_NORM,
        /** Norms multiply by 1 + weight. */
        CENTRED_NORMS,
        /** What attention and feed-forward add to the residual stream is normed first. */
        NORMED_BRANCHES,
        /** Embeddings are multiplied by the square root of the width. */
        SCALED_EMBEDDING
    }

    private final String modelType;
    private final String architecture;
    private final GluActivation activation;
    private final Set<Trait> traits;

    Family(String modelType, String architecture, GluActivation activation, Trait... traits) {
        this.modelType = modelType;
        this.architecture = architecture;
        this.activation = activation;
        this.traits = Set.of(traits);
    }

    /** The family's {@code model_type}. */
    public String modelType() {
        return modelType;
    }

    /** The class that transformers reads such weights with: architectures of config.json. */
    public String architecture() {
        return architecture;
    }

    /** The activation of the gated feed-forward part. */
    public GluActivation activation() {
        return activation;
    }

    /** Whether q, k and v have biases. */
    public boolean queryKeyValueBias() {
        return traits.contains(QUERY_KEY_VALUE_BIAS);
    }

    /** Whether each query and key head is normed. */
    public boolean queryKeyNorm() {
        return traits.contains(QUERY_KEY_NORM);
    }

    /** Whether attention and feed-forward part are normed before they are added to the residual stream. */
    public boolean normedBranches() {
        return traits.contains(NORMED_BRANCHES);
    }

    /** Whether embeddings are multiplied by the square root of the width. */
    public boolean scaledEmbedding() {
        return traits.contains(SCALED_EMBEDDING);
    }

    /** The number added to the weight of every norm: see {@link org.catrl.compute.Backend#rmsnorm}. */
    public double normOffset() {
        return traits.contains(CENTRED_NORMS) ? 1 : 0;
    }

    static Optional<Family> of(String modelType) {
        return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
    }

    /** Every {@code model_type}, for messages. */
    static String modelTypes() {
        List<String> all = Arrays.stream(values()).map(Family::modelType).toList();
        return all.stream().collect(Collectors.joining(", ")) + " or gemma3";
    }
}
