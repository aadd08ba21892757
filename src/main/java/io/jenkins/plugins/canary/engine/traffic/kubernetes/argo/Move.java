package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

/** One thing to do next, named as {@code kubectl argo rollouts} names it. */
sealed interface Move {

    /** {@code set image}, with our record. */
    record SetImage() implements Move {}

    /** {@code promote}: ends the pause at which the Rollout stands. */
    record Promote() implements Move {}

    /** Goes back to a step with less weight; the plugin's promote does the same in the other direction. */
    record BackTo(int step) implements Move {}

    /** {@code promote --full}: skips pauses and analyses. */
    record PromoteFull() implements Move {}

    record Abort() implements Move {}

    /** {@code retry}: lets an aborted Rollout begin again. */
    record Retry() implements Move {}

    /** {@code undo}: the template of before. */
    record Undo() implements Move {}

    /** Nothing to do but to look again. */
    record Wait(String why) implements Move {}

    record Refuse(String why, boolean permanent) implements Move {}
}
