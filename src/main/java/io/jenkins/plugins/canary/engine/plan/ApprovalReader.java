package io.jenkins.plugins.canary.engine.plan;

import java.util.List;

/** Reads a phase's {@code approval:}, who must agree before the rollout goes on. */
final class ApprovalReader {

    private ApprovalReader() {}

    static Phase.Approval read(PlanNode node) {
        PlanObject o = Section.APPROVAL.at(node);
        return new Phase.Approval(
                o.get("by", PlanNode::texts, List.of()),
                o.get("timeout", PlanNode::positive, null),
                o.get("requireComment", PlanNode::bool, false));
    }
}
