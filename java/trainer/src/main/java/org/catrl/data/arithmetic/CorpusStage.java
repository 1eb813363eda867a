package org.catrl.data.arithmetic;

import static org.catrl.setting.SettingException.require;

/**
 * A stretch of supervised training with one mixture of the two roles.
 *
 * @param steps      how long it lasts
 * @param solve      solver examples a step
 * @param synthesise synthesiser examples a step
 * @param fewest     rollouts in a synthesiser's context, at least
 * @param most       rollouts in a synthesiser's context, at most
 */
public record CorpusStage(int steps, int solve, int synthesise, int fewest, int most) {
    public CorpusStage {
        require(steps >= 1, "steps", steps, "1 or more");
        require(solve >= 0, "solve", solve, "0 or more");
        require(synthesise >= 0 && solve + synthesise >= 1, "synthesise", synthesise,
                "0 or more, and a step needs an example");
        require(fewest >= 1, "fewest", fewest, "1 or more");
        require(most >= fewest, "most", most, "at least fewest = " + fewest);
    }
}
