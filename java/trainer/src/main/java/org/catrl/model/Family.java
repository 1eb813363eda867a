package org.catrl.model;

import java.util.Arrays;
import java.util.Optional;

/** The layer's variants, by the {@code model_type} of a Hugging Face config.json. */
public enum Family {
    /** Llama 1 to 3. */
    LLAMA("llama", "LlamaForCausalLM", false, false),
    /** Qwen 2 and 2.5: biases on q, k and v. */
    QWEN2("qwen2", "Qwen2ForCausalLM", true, false),
    /** Qwen 3: RMSNorm on each query and key head. */
    QWEN3("qwen3", "Qwen3ForCausalLM", false, true);

    private final String modelType;
    private final String architecture;
    private final boolean queryKeyValueBias;
    private final boolean queryKeyNorm;

    Family(String modelType, String architecture, boolean queryKeyValueBias, boolean queryKeyNorm) {
        this.modelType = modelType;
        this.architecture = architecture;
        this.queryKeyValueBias = queryKeyValueBias;
        this.queryKeyNorm = queryKeyNorm;
    }

    public String modelType() {
        return modelType;
    }

    public String architecture() {
        return architecture;
    }

    public boolean queryKeyValueBias() {
        return queryKeyValueBias;
    }

    public boolean queryKeyNorm() {
        return queryKeyNorm;
    }

    static Optional<Family> of(String modelType) {
        return Arrays.stream(values()).filter(family -> family.modelType.equals(modelType)).findFirst();
    }
}
