package org.catrl.model;

import java.util.List;

/** The four products of a layer; each makes the outputs of one module or of several side by side. */
public enum LinearSite {
    QKV(LoraTarget.Q_PROJ, LoraTarget.K_PROJ, LoraTarget.V_PROJ),
    OUTPUT(LoraTarget.O_PROJ),
    GATE_UP(LoraTarget.GATE_PROJ, LoraTarget.UP_PROJ),
    DOWN(LoraTarget.DOWN_PROJ);

    private final List<LoraTarget> modules;

    LinearSite(LoraTarget... modules) {
        this.modules = List.of(modules);
    }

    /** The modules whose outputs the product makes, in the order of these. */
    List<LoraTarget> modules() {
        return modules;
    }

    /** How many outputs the product has. */
    int outputs(ModelConfig config) {
        return modules.stream().mapToInt(module -> module.outputs(config)).sum();
    }

    /** How many inputs the product has. */
    int inputs(ModelConfig config) {
        return switch (this) {
            case QKV, GATE_UP -> config.width();
            case OUTPUT -> config.heads().queryWidth();
            case DOWN -> config.ffn();
        };
    }
}
