package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.PolicyAddition;
import io.jenkins.plugins.canary.engine.plan.resolve.Policy.ApprovalRule;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlTree;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;

/** Adds to a plan what a policy asks for and the plan does not have. Not for use by several threads. */
final class PolicyAdditions {

    private final Policy policy;
    private final CanaryPlan plan;
    private final YamlNode root;
    private final CanaryPlan asked;
    private final List<PolicyAddition> added = new ArrayList<>();
    private Node tree;

    /**
     * @param root of the plan; gets the problems
     * @param asked {@link Policy#over} the plan
     */
    PolicyAdditions(Policy policy, CanaryPlan plan, YamlNode root, CanaryPlan asked) {
        this.policy = policy;
        this.plan = plan;
        this.root = root;
        this.asked = asked;
        this.tree = root.node();
    }

    List<PolicyAddition> added() {
        return added;
    }

    /** The plan with what was missing; the same when nothing was. */
    Node tree() {
        List<Phase> shared = new ArrayList<>();
        for (int i = 0; i < plan.phases().size(); i++) {
            Phase phase = plan.phases().get(i);
            if (root.has("phases", i, "gate")) {
                phaseGate(i, phase);
            } else {
                shared.add(phase);
            }
        }
        if (!shared.isEmpty()) {
            List<Node> missing = criteria(shared, root.at("gate"), "gate: ");
            put("gate", missing);
        }
        abort();
        policy.approvals().stream().filter(this::isFor).forEach(this::approval);
        asked.checklists().forEach(this::checklist);
        windows();
        return tree;
    }

    private void phaseGate(int i, Phase phase) {
        YamlNode place = root.at("phases", i, "gate");
        List<Node> missing = criteria(List.of(phase), place, "gate of phase " + phase.name() + ": ");
        if (!missing.isEmpty()) {
            phase(i, "gate", YamlTree.plus(place.node(), missing));
        }
    }

    private void phase(int i, String key, Node value) {
        YamlNode phases = new YamlNode(tree, "", root.problems()).at("phases");
        Node changed = YamlTree.with(phases.at(i).node(), key, value);
        tree = YamlTree.with(tree, "phases", YamlTree.with(phases.node(), i, changed));
    }

    private void put(String key, List<Node> missing) {
        if (!missing.isEmpty()) {
            Node now = root.has(key)
                    ? YamlTree.plus(root.at(key).node(), missing)
                    : YamlTree.list(policy.root().node(), missing);
            tree = YamlTree.with(tree, key, now);
        }
    }

    /** Those of the policy that not every one of the phases has. */
    private List<Node> criteria(List<Phase> phases, YamlNode place, String where) {
        List<Node> missing = new ArrayList<>();
        List<Criterion> wanted = asked.gate(0);
        boolean scored = phases.get(0).score() != null;
        YamlNode written = policy.root().at("gate");
        for (int i = 0; i < wanted.size(); i++) {
            Criterion one = wanted.get(i);
            // At 100% nothing can be compared with stable.
            List<Phase> judged = phases.stream()
                    .filter(p -> !one.compares() || !p.weight().equals(Weight.FULL))
                    .toList();
            if (judged.stream().allMatch(p -> p.gate().stream().anyMatch(c -> Strictness.covers(c, one, scored)))) {
                continue;
            }
            if (judged.stream()
                    .anyMatch(p -> p.gate().stream().anyMatch(c -> c.label().equals(one.label())))) {
                weaker(place, "the criterion '" + one.label() + "'");
                continue;
            }
            added.add(new PolicyAddition(policy.name(), where + one.label()));
            Node node = written.at(i).node();
            missing.add(scored ? critical(node) : node);
        }
        return missing;
    }

    /** In a score only what is critical counts by itself. */
    private static Node critical(Node criterion) {
        MappingNode map = YamlTree.with(criterion, "critical", YamlTree.scalar("true", criterion));
        return YamlTree.without(map, Set.of("groups"));
    }

    private void weaker(YamlNode place, String what) {
        place.error(
                what + " is weaker than that of the " + policy.name()
                        + ": it asks for the same, but for more requests, another window, or less where data is missing",
                "remove it: the policy's is added");
    }

    private void abort() {
        List<AbortRule> missing = asked.abort().stream()
                .filter(rule -> plan.abort().stream().noneMatch(own -> Strictness.covers(own, rule)))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        YamlNode place = root.at("abort");
        for (AbortRule rule : missing) {
            if (plan.abort().stream().anyMatch(own -> own.label().equals(rule.label()))) {
                weaker(place, "the abort rule '" + rule.label() + "'");
                return;
            }
            added.add(new PolicyAddition(policy.name(), "abort rule: " + rule.label()));
        }
        YamlNode written = policy.root().at("abort");
        boolean each =
                written.isList() && written.list().stream().noneMatch(item -> !item.isObject() || item.has("default"));
        List<Node> nodes = each
                ? IntStream.range(0, asked.abort().size())
                        .filter(i -> missing.contains(asked.abort().get(i)))
                        .mapToObj(i -> written.at(i).node())
                        .toList()
                : YamlTree.plus(written.node(), List.of()).getValue();
        put("abort", nodes);
    }

    private boolean isFor(ApprovalRule rule) {
        String namespace = PolicyLimits.namespace(plan);
        String cluster = PolicyLimits.cluster(plan);
        return (rule.namespaces() == null
                        || namespace != null && rule.namespaces().match(namespace))
                && (rule.clusters() == null
                        || cluster != null && rule.clusters().match(cluster));
    }

    private void approval(ApprovalRule rule) {
        List<Phase> phases = plan.phases();
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            Weight next = i + 1 < phases.size() ? phases.get(i + 1).weight() : Weight.FULL;
            boolean rises = rule.above() != null
                    && phase.weight().compareTo(rule.above()) <= 0
                    && next.compareTo(rule.above()) > 0;
            boolean named = rule.phases() != null && rule.phases().match(phase.name());
            boolean last = rule.above() == null && rule.phases() == null && plan.isLast(i);
            if (rises || named || last) {
                approval(rule, i, phase);
            }
        }
        if (rule.above() != null && phases.get(0).weight().compareTo(rule.above()) > 0) {
            root.at("phases", 0, "weight")
                    .error(
                            "the first phase is above " + rule.above() + ", where the " + policy.name()
                                    + " asks for an approval before",
                            "begin with a phase of " + rule.above() + " or less");
        }
    }

    private void approval(ApprovalRule rule, int i, Phase phase) {
        YamlNode now = new YamlNode(tree, "", root.problems()).at("phases", i);
        if (!now.has("approval")) {
            phase(i, "approval", rule.node().node());
            added.add(new PolicyAddition(policy.name(), "approval to leave phase " + phase.name()));
        } else if (phase.approval() != null && !Strictness.covers(phase.approval(), rule.approval())) {
            root.at("phases", i, "approval")
                    .error(
                            "the approval asks for less than that of the " + policy.name(),
                            "remove it: the policy's is added; or ask for as many people (min), of those whom the policy"
                                    + " names (by), without those whom it leaves out (notBy), and with its from, timeout"
                                    + " and requireComment");
        }
    }

    /** The weight rises while all windows are open, so the policy's can stand beside the plan's. */
    private void windows() {
        if (!plan.windows().schedules().containsAll(asked.windows().schedules())) {
            YamlNode written = policy.root().at("windows");
            put("windows", YamlTree.plus(written.node(), List.of()).getValue());
            added.add(new PolicyAddition(policy.name(), "windows: when the weight may rise"));
        }
    }

    private void checklist(String name, Checklist wanted) {
        Checklist own = plan.checklists().get(name);
        if (own != null && own.when() != wanted.when()) {
            root.at("checklists", name)
                    .error(
                            "the " + policy.name() + " has a checklist of this name for another time",
                            "write when: " + wanted.when().name().toLowerCase(Locale.ROOT)
                                    + ", or give the plan's another name");
            return;
        }
        YamlNode written = policy.root().at("checklists", name);
        List<Node> missing = new ArrayList<>();
        for (int i = 0; i < wanted.items().size(); i++) {
            Checklist.Item item = wanted.items().get(i);
            boolean there = plan.checklists().values().stream()
                    .filter(list -> list.when() == wanted.when())
                    .flatMap(list -> list.items().stream())
                    .anyMatch(item::equals);
            if (!there) {
                missing.add(written.at("items", i).node());
                added.add(new PolicyAddition(policy.name(), "checklist " + name + ": " + item.text()));
            }
        }
        if (missing.isEmpty()) {
            return;
        }
        YamlNode now = new YamlNode(tree, "", root.problems());
        Node lists = now.has("checklists") ? now.at("checklists").node() : YamlTree.emptyMap(written.node());
        Node list = own == null
                ? YamlTree.with(
                        written.node(),
                        "items",
                        YamlTree.list(written.at("items").node(), missing))
                : YamlTree.with(
                        root.at("checklists", name).node(),
                        "items",
                        YamlTree.plus(root.at("checklists", name, "items").node(), missing));
        tree = YamlTree.with(tree, "checklists", YamlTree.with(lists, name, list));
    }
}
