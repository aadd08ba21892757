package io.jenkins.plugins.canary.engine.plan.resolve;

import com.google.re2j.Pattern;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.read.PlanReader;
import io.jenkins.plugins.canary.engine.plan.read.PolicyKeys;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import io.jenkins.plugins.canary.engine.yaml.YamlTree;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/**
 * What an administrator asks of every plan.
 *
 * @param name whose it is: {@code policy of folder shop}
 * @param root as written
 * @param maxStep percentage points; null for no limit
 * @param minHold null for no limit
 * @param approvals those that plans must ask for
 */
record Policy(
        String name, YamlNode root, Double maxStep, Duration minHold, Allowed allowed, List<ApprovalRule> approvals) {

    /** Where plans may release, and how; a list that is null allows everything. */
    record Allowed(List<String> drivers, Patterns clusters, Patterns namespaces, Patterns servers) {}

    /**
     * @param above null where the phases are named, or the last one is meant
     * @param phases null for the last one, unless there is a weight
     */
    record ApprovalRule(
            Patterns namespaces, Patterns clusters, Weight above, Patterns phases, YamlNode node, Approval approval) {}

    /** Texts in which {@code *} stands for any letters. */
    record Patterns(List<String> patterns) {

        /** Null where the key is not there. */
        static Patterns of(List<String> patterns) {
            return patterns == null ? null : new Patterns(patterns);
        }

        boolean match(String text) {
            return patterns.stream().anyMatch(p -> expression(p).matches(text));
        }

        private static Pattern expression(String pattern) {
            return Pattern.compile(
                    Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")),
                    Pattern.DOTALL);
        }

        @Override
        public String toString() {
            return String.join(", ", patterns);
        }
    }

    /** A plan of which nothing is known but that it reads built-in metrics. */
    private static final String ANY_PLAN = """
            name: any
            traffic: { local: { control: "http://127.0.0.1:1" } }
            metrics:
              prometheus: { url: "http://prometheus:9090" }
              labels: { canary: 'track="canary"', stable: 'track="stable"' }
            phases: [ { name: Any, weight: 50 } ]
            """;

    /** What stands in a plan in the policy's own words. */
    private static final List<String> OF_PLANS = List.of("gate", "abort", "checklists", "windows");

    /** What a plan's own text adds to these, or what needs them. */
    private static final Set<String> LEFT_OUT = Set.of(
            "gate",
            "abort",
            "checklists",
            "windows",
            "phases",
            "cap",
            "watch",
            "weights",
            "score",
            "notify",
            "preflight");

    /** Null after reporting what is wrong with it. */
    static Policy read(PlanFile file, Problems problems) {
        YamlNode root = YamlText.parse(file.name(), file.text(), problems);
        if (root == null) {
            return null;
        }
        YamlObject o = PolicyKeys.POLICY.at(root);
        Policy policy = new Policy(
                file.name(),
                root,
                o.get("maxStep"),
                o.get("minHold"),
                new Allowed(
                        o.get("drivers"),
                        Patterns.of(o.get("clusters")),
                        Patterns.of(o.get("namespaces")),
                        Patterns.of(o.get("servers"))),
                o.has("approvals") ? o.value("approvals").list(Policy::approvalRule) : List.of());
        if (policy.root.problems().hasErrors()) {
            return null;
        }
        CanaryPlan any = policy.over(YamlText.parse(ANY_PLAN, problems));
        if (any != null) {
            any.checklists().forEach((name, list) -> {
                if (list.when() == Checklist.When.NAMED) {
                    root.at("checklists", name).error("nothing waits for this checklist", "write when: before");
                }
            });
        }
        return problems.hasErrors() ? null : policy;
    }

    private static ApprovalRule approvalRule(YamlNode node) {
        YamlObject o = PolicyKeys.APPROVAL_RULE.at(node);
        Approval approval = o.get("approval");
        if (approval != null
                && approval.by().stream().anyMatch(by -> Approver.of(by).kind() == Approver.Kind.EITHER)) {
            // Folders have lists of their own under any name, which come before those above.
            o.value("approval")
                    .at("by")
                    .error(
                            "a folder may have a list of approvers of the same name, and so decide who it is",
                            "write group:NAME or user:NAME");
        }
        return new ApprovalRule(
                Patterns.of(o.get("namespaces")),
                Patterns.of(o.get("clusters")),
                o.get("above"),
                Patterns.of(o.get("phases")),
                o.value("approval"),
                approval);
    }

    /**
     * What the policy asks for, read as a plan that has nothing else: by the metrics of the plan that it is over. Null after
     * reporting, when it cannot be asked of that plan.
     */
    CanaryPlan over(YamlNode plan) {
        Node phase = plan.at("phases").list().stream()
                .filter(p -> p.has("weight"))
                .findFirst()
                .orElse(plan.at("phases", 0))
                .node();
        Node bare = YamlTree.without(phase, Set.of("gate", "approval", "load"));
        MappingNode tree = YamlTree.without(plan.node(), LEFT_OUT);
        tree = YamlTree.with(tree, "phases", YamlTree.list(plan.at("phases").node(), List.of(bare)));
        for (String key : OF_PLANS) {
            tree = root.has(key) ? YamlTree.with(tree, key, root.at(key).node()) : tree;
        }
        PlanReader.Result read = PlanReader.check(new YamlNode(tree, "", new Problems()), "");
        if (read.plan() == null) {
            root.problems()
                    .addAll(read.problems().stream()
                            .filter(p -> p.severity() == Problem.Severity.ERROR)
                            .toList());
        }
        return read.plan();
    }
}
