package org.catrl.model;

import java.util.List;
import java.util.Set;

/**
 * The names under which a checkpoint stores a model's tensors: their own, or, where the model is the text part of a
 * multimodal one, with a prefix and beside tensors of other parts.
 */
enum TensorNames {
    /** The names that the model's own class writes: model.layers.0..., lm_head.weight. */
    PLAIN("model.", ""),
    /** Gemma 3's names on the hub: language_model.model.layers.0... */
    NESTED_MODEL("language_model.model.", "language_model."),
    /** Gemma 3's names since transformers 4.52: model.language_model.layers.0..., lm_head.weight. */
    NESTED_LANGUAGE_MODEL("model.language_model.", "");

    private static final String BODY = "model.";
    private static final List<String> OTHER_PARTS = List.of("vision_tower.", "multi_modal_projector.",
            "model.vision_tower.", "model.multi_modal_projector.");
    /** The rotary frequencies, which old checkpoints carry and which are computed here. */
    private static final String COMPUTED = "rotary_emb.inv_freq";

    private final String body;
    private final String head;

    TensorNames(String body, String head) {
        this.body = body;
        this.head = head;
    }

    /** The naming that a checkpoint's tensors follow. */
    static TensorNames of(Set<String> stored) {
        for (TensorNames names : List.of(NESTED_MODEL, NESTED_LANGUAGE_MODEL)) {
            if (stored.stream().anyMatch(name -> name.startsWith(names.body))) {
                return names;
            }
        }
        return PLAIN;
    }

    /**
     * The name in the file.
     *
     * @param name of the tensor in a layout, as "model.norm.weight"
     */
    String stored(String name) {
        return name.startsWith(BODY) ? body + name.substring(BODY.length()) : head + name;
    }

    /** Whether a stored tensor is none of the text model's, rightly. */
    boolean ignored(String stored) {
        return stored.endsWith(COMPUTED) || this != PLAIN && OTHER_PARTS.stream().anyMatch(stored::startsWith);
    }
}
