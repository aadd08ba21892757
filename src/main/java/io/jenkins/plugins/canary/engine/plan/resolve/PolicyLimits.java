package io.jenkins.plugins.canary.engine.plan.resolve;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.plan.resolve.Policy.Patterns;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ClusterSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.List;

/**
 * Holds a plan against the limits of a policy, and reports at the plan's own lines.
 *
 * @param root of the plan
 */
record PolicyLimits(Policy policy, CanaryPlan plan, YamlNode root) {

    void check() {
        steps();
        holds();
        driver();
        place("cluster", policy.allowed().clusters(), cluster(plan));
        place("namespace", policy.allowed().namespaces(), namespace(plan));
        servers();
    }

    /** The name of the cluster that the plan works in; null for none, and for one that is named by its kubeconfig. */
    static String cluster(CanaryPlan plan) {
        return plan.traffic() instanceof ClusterSettings c ? c.home().cluster().name() : null;
    }

    /** Null where the plan names none. */
    static String namespace(CanaryPlan plan) {
        String own = plan.traffic() instanceof ClusterSettings c ? c.home().namespace() : null;
        String all = own != null ? own : plan.target().namespace();
        return all.isEmpty() ? null : all;
    }

    private void steps() {
        if (policy.maxStep() == null) {
            return;
        }
        Weight before = Weight.ZERO;
        List<Phase> phases = plan.phases();
        for (int i = 0; i <= phases.size(); i++) {
            Weight to = i < phases.size() ? phases.get(i).weight() : Weight.FULL;
            if (to.percent() - before.percent() > policy.maxStep()) {
                String step = i < phases.size() ? "the step" : "the promotion";
                Weight next = Weight.ofPercent(Math.min(100, before.percent() + policy.maxStep()));
                root.at("phases", Math.min(i, phases.size() - 1), "weight")
                        .error(
                                step + " from " + before + " to " + to + " is longer than the "
                                        + Units.print(policy.maxStep(), Unit.COUNT) + " percentage points" + allows(),
                                "add a phase of " + next + " or less in between");
            }
            before = to;
        }
    }

    private void holds() {
        for (int i = 0; i < plan.phases().size() && policy.minHold() != null; i++) {
            if (plan.phases().get(i).hold().compareTo(policy.minHold()) < 0) {
                root.at("phases", i, "hold")
                        .error(
                                "the hold of "
                                        + Units.write(plan.phases().get(i).hold()) + " is shorter than "
                                        + Units.write(policy.minHold()) + ", the shortest" + allows(),
                                "write hold: " + Units.write(policy.minHold()) + " or more");
            }
        }
    }

    private void driver() {
        List<String> drivers = policy.allowed().drivers();
        String used = plan.traffic().driver();
        if (drivers != null && !drivers.contains(used)) {
            root.at("traffic", used)
                    .error(
                            "the driver " + used + " is not one" + allows(),
                            "use one of: " + String.join(", ", drivers));
        }
    }

    private void place(String what, Patterns allowed, String used) {
        boolean needed = used != null || plan.traffic() instanceof ClusterSettings;
        if (allowed == null || !needed || used != null && allowed.match(used)) {
            return;
        }
        String problem = used == null
                ? "the plan names no " + what + ", and so not one"
                : "the " + what + " " + used + " is not one";
        Object[] own = {"traffic", plan.traffic().driver(), what};
        (root.has(own) || what.equals("cluster") ? root.at(own) : root.at("target", what))
                .error(problem + allows(), "name one of: " + allowed);
    }

    private void servers() {
        Patterns allowed = policy.allowed().servers();
        String used = plan.metrics().source() instanceof SourceSettings.Prometheus p ? p.server() : null;
        boolean own = plan.metrics().logs() != null
                || plan.metrics().custom().values().stream()
                        .anyMatch(m -> m.json() != null
                                || m.alerts() != null && m.alerts().url() != null);
        if (allowed == null || used != null && allowed.match(used) && !own) {
            return;
        }
        root.at("metrics")
                .error(
                        (own ? "metrics are read from an address of the plan, which is" : "the metrics are")
                                + " not from a server" + allows(),
                        "write metrics: { prometheus: { server: NAME } } with one of: " + allowed);
    }

    private String allows() {
        return " that the " + policy.name() + " allows";
    }
}
