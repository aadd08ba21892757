package io.jenkins.plugins.canary.engine.gate;

import java.util.List;

/**
 * A criterion's part in the score of its gate.
 *
 * @param groups empty for a group of its own, named as its metric is
 * @param critical its failure alone makes the score zero; without its data nothing passes
 * @param mustHaveData no data counts as a failure
 */
public record InScore(List<String> groups, boolean critical, boolean mustHaveData) {

    public static final InScore USUAL = new InScore(List.of(), false, false);

    public InScore {
        groups = List.copyOf(groups);
    }
}
