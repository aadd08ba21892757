package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;

/** Reads a phase's {@code approval:}, who must agree before the rollout goes on. */
final class ApprovalReader {

    private ApprovalReader() {}

    private static List<String> approvers(YamlNode node) {
        List<String> all = node.texts();
        if (all.stream().anyMatch(e -> Approver.of(e).name().isEmpty())) {
            node.error("'user:' or 'group:' without a name", "write user:NAME, group:NAME or NAME");
        }
        return all;
    }

    static Phase.Approval read(YamlNode node) {
        YamlObject o = Section.APPROVAL.at(node);
        return new Phase.Approval(
                o.get("by", ApprovalReader::approvers, List.of()),
                o.get("timeout", YamlNode::positive, null),
                o.get("requireComment", YamlNode::bool, false));
    }
}
