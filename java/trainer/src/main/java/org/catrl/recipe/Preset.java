package org.catrl.recipe;

import com.fasterxml.jackson.annotation.JsonAlias;

/** Whose settings hold where a recipe is silent. */
public enum Preset {
    @JsonAlias("trl-defaults") TRL_DEFAULTS,
    /** Those of the paper (arXiv 2509.14234); its sampling differs by model and stands in the recipes of models/paper. */
    @JsonAlias("cat-paper") CAT_PAPER
}
