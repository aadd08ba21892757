package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

/** One thing to do next, named as {@code kubectl argo rollouts} names it. */
sealed interface ArgoMove {

    /** {@code set image}, with our record. */
    record SetImage() implements ArgoMove {}

    /** {@code promote}: ends the pause at which the Rollout stands. */
    record Promote() implements ArgoMove {}

    /** Goes back to a step with less weight; the plugin's promote does the same in the other direction. */
    record BackTo(int step) implements ArgoMove {}

    /** {@code promote --full}: skips pauses and analyses. */
    record PromoteFull() implements ArgoMove {}

    record Abort() implements ArgoMove {}

    /** {@code retry}: lets an aborted Rollout begin again. */
    record Retry() implements ArgoMove {}

    /** {@code undo}: the template of before. */
    record Undo() implements ArgoMove {}

    /** Nothing to do but to look again. */
    record Wait(String why) implements ArgoMove {}

    record Refuse(String why, boolean permanent) implements ArgoMove {}
}
