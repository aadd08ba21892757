package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.yaml.Section;
import java.util.Map;

/** The keys of a policy: what an administrator asks of every plan, in the words of plans. */
public final class PolicyKeys {

    public static final Section APPROVAL_RULE = Section.of(
            "approvalRule",
            "An approval that plans must ask for. It is for every plan that the patterns match.",
            Map.of("approval", ApprovalReader.APPROVAL.type(ApprovalReader::read)),
            """
            namespaces | list of text | every target | The namespaces of the targets that it is for; `*` stands for any letters.
            clusters   | list of text | every target | The clusters of the targets that it is for; `*` stands for any letters.
            above      | weight       | none         | Asked before the canary gets more than this weight.
            phases     | list of text | without `above` the last phase | Asked before the rollout leaves these phases; `*` stands for any letters.
            approval   | approval     | required, `{ by: [ group:release-managers ] }` | Who must agree. It is added to a phase without an approval; one that asks for less is refused.
            """);

    /** The keys of a policy. */
    public static final Section POLICY = Section.of(
            "policy",
            "What every plan must have, and the limits that it must keep.",
            Map.of(
                    "criterion",
                    CriterionReader.CRITERION.type(),
                    "abort",
                    AbortReader.TYPE,
                    "approvalRule",
                    APPROVAL_RULE.type(),
                    "checklists",
                    ChecklistReader.CHECKLISTS,
                    "windows",
                    WindowsReader.TYPE),
            """
            gate       | list of criterion    | empty | Criteria of every phase, with built-in metrics. Those that a phase does not have, or has less strictly, are added.
            abort      | abort                | empty | Abort rules, with built-in metrics. Those that a plan does not have, or has less strictly, are added.
            maxStep    | number 0..100        | none  | The most percentage points by which the weight may rise from one phase to the next; the first phase rises from 0, the promotion to 100.
            minHold    | duration             | none  | The shortest `hold` of a phase.
            drivers    | list of text         | any   | The drivers that plans may use, such as `istio`.
            clusters   | list of text         | any   | The clusters that plans may name; `*` stands for any letters. A driver for Kubernetes must name one then.
            namespaces | list of text         | any   | The namespaces that plans may release in; `*` stands for any letters. A driver for Kubernetes must name one then.
            servers    | list of text         | any   | The Prometheus servers configured in Jenkins whose metrics plans must use; `*` stands for any letters. Other sources are refused.
            approvals  | list of approvalRule | empty | The approvals that plans must ask for.
            checklists | checklists           | none  | Checklist items that every plan must have, by the checklist's name. Those that a plan does not have are added. Each list says `when`.
            windows    | windows              | always open | When the weight may rise. A plan may have windows of its own: the weight rises while all are open.
            """);

    private PolicyKeys() {}
}
