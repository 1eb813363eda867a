package org.catrl.model;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The linear layers that an adapter may change, by PEFT's names. */
public enum LoraTarget {
    Q_PROJ("self_attn"), K_PROJ("self_attn"), V_PROJ("self_attn"), O_PROJ("self_attn"),
    GATE_PROJ("mlp"), UP_PROJ("mlp"), DOWN_PROJ("mlp");

    private final String parent;

    LoraTarget(String parent) {
        this.parent = parent;
    }

    /** The name in adapter_config.json: "q_proj". */
    public String moduleName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The name within a layer: "self_attn.q_proj". */
    String path() {
        return parent + "." + moduleName();
    }

    /** The target of that name in adapter_config.json, or empty. */
    public static Optional<LoraTarget> of(String moduleName) {
        return Arrays.stream(values()).filter(target -> target.moduleName().equals(moduleName)).findFirst();
    }

    /** Every name, for messages. */
    public static List<String> moduleNames() {
        return Arrays.stream(values()).map(LoraTarget::moduleName).toList();
    }

    /** How many outputs the module has. */
    int outputs(ModelConfig config) {
        return switch (this) {
            case Q_PROJ -> config.heads().queryWidth();
            case K_PROJ, V_PROJ -> config.heads().keyValueWidth();
            case O_PROJ, DOWN_PROJ -> config.width();
            case GATE_PROJ, UP_PROJ -> config.ffn();
        };
    }
}
