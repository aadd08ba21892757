package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.whole;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger.FlaggerSteps;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A plan from a Canary of Flagger. Flagger stays what moves pods and traffic, by the driver {@code flagger}; the plan judges, and
 * answers Flagger's webhooks. Not for use by several threads.
 */
final class FlaggerPlan {

    static final String GROUP = "flagger.app";

    private static final Duration SHORTEST = Duration.ofSeconds(10);
    private static final Duration USUAL = Duration.ofMinutes(1);
    private static final int DEADLINE = 600;
    private static final int MOST_ITERATIONS = 10_000;

    private static final List<String> HOOKS =
            List.of("confirm-rollout", "confirm-traffic-increase", "confirm-promotion", "rollback");

    private final Inputs in;
    private final PlanBuilder builder;
    private final Manifest canary;
    private final YamlNode analysis;
    private final Duration interval;
    private final int threshold;

    FlaggerPlan(Inputs in, PlanBuilder builder, Manifest canary) {
        this.in = in;
        this.builder = builder;
        this.canary = canary;
        this.analysis = find(canary.spec(), find(canary.spec(), "analysis") == null ? "canaryAnalysis" : "analysis");
        String every = text(analysis, "interval");
        Duration given = Units.duration(every);
        if (given == null && !every.isEmpty()) {
            builder.lost(
                    canary, analysis.at("interval"), true, "is not a duration, for which Flagger takes a minute", "");
        }
        this.interval = given == null ? USUAL : given.compareTo(SHORTEST) < 0 ? SHORTEST : given;
        this.threshold = Math.max(1, builder.whole(canary, analysis, 1, "threshold"));
    }

    void read() throws InitException {
        String target = text(canary.spec(), "targetRef", "name");
        if (analysis == null || !analysis.isObject() || target.isEmpty()) {
            throw new InitException(canary.place(canary.root().at("spec"))
                    + ": a Canary without targetRef.name and analysis has no plan in it");
        }
        builder.uses(canary);
        AbTest cohort = AbTest.of(analysis);
        Manifest deployment = text(canary.spec(), "targetRef", "kind").equals("Deployment")
                ? in.find("apps", "Deployment", in.namespace(canary), target)
                : null;
        ServicePlan route = deployment == null ? null : new ServicePlan(in, builder, deployment);
        if (route != null && !cohort.isNone() && route.hasRouteFor(cohort)) {
            leadRoute(route, cohort, target);
            return;
        }
        cohort(target);
        builder.target(in.namespace(canary), target);
        builder.traffic(
                "flagger",
                PlanBuilder.map(
                        "canary",
                        canary.name(),
                        "webhook",
                        PlanBuilder.map("listen", "0.0.0.0:9797", "token", "env:FLAGGER_TOKEN")));
        builder.choose(
                "the driver flagger: Flagger goes on moving pods and traffic, and this plan judges and tells it through"
                        + " its webhooks whether it may go on");
        state();
        builder.prometheus("interval", Units.write(interval));
        List<Map<String, Object>> gate =
                new FlaggerMetrics(in, builder, canary, analysis, target, interval.multipliedBy(threshold)).read();
        builder.put("gate", gate);
        phases();
        abort();
        hooks(!gate.isEmpty());
        Duration pods = Duration.ofSeconds(builder.whole(canary, canary.spec(), DEADLINE, "progressDeadlineSeconds"));
        builder.put("shiftTimeout", Units.write(pods.plus(interval.multipliedBy(2))));
    }

    private void state() {
        String kind = text(canary.spec(), "targetRef", "kind");
        if (!kind.equals("Deployment")) {
            builder.lost(
                    canary,
                    canary.root().at("spec", "targetRef", "kind"),
                    true,
                    "the driver flagger leads Deployments only",
                    "choose the driver of the route itself");
        }
        for (String key : List.of("suspend", "skipAnalysis")) {
            if (text(canary.spec(), key).equals("true")) {
                builder.toDo("Canary " + canary.name() + ": set spec." + key + " to false, or no version is analysed");
            }
        }
    }

    private void phases() {
        List<Integer> list = new ArrayList<>();
        for (YamlNode weight : items(analysis, "stepWeights")) {
            int percent = whole(weight, 0);
            if (percent < 1 || percent > 100 || !list.isEmpty() && percent <= list.get(list.size() - 1)) {
                builder.lost(canary, weight, true, "is not a weight above the one before", "write a phase");
            } else {
                list.add(percent);
            }
        }
        int step = Math.max(0, Math.min(100, builder.whole(canary, analysis, 0, "stepWeight")));
        FlaggerSteps steps =
                FlaggerSteps.of(step, list, Math.min(100, builder.whole(canary, analysis, 0, "maxWeight")));
        int iterations = builder.whole(canary, analysis, 0, "iterations");
        List<Map<String, Object>> phases = new ArrayList<>();
        if (iterations > 0 || !steps.progressive()) {
            builder.lost(
                    canary,
                    analysis.at("iterations"),
                    true,
                    "Flagger moves everything at once here, and the driver flagger leads weights only",
                    "write stepWeights: [5, 10, 25, 50, 100] instead of iterations into its analysis");
            builder.choose("phases of 5, 10, 25, 50 and 100%");
            phases.addAll(PlanBuilder.PHASES);
        } else {
            for (int weight : steps.all()) {
                phases.add(PlanBuilder.map(
                        "name",
                        weight + "%",
                        "weight",
                        weight,
                        "hold",
                        Units.write(interval),
                        "deadline",
                        Units.write(interval.multipliedBy(threshold + 2L))));
            }
            builder.choose("one interval of Flagger for each weight, as Flagger has it; a longer hold sees more");
        }
        if (step > 0 && !list.isEmpty()) {
            builder.lost(canary, analysis.at("stepWeights"), true, "Flagger takes stepWeight and not this list", "");
        }
        builder.put("phases", phases);
    }

    /** The A/B test as a phase of the route's own driver; Flagger does not lead the Deployment any more. */
    private void leadRoute(ServicePlan route, AbTest cohort, String target) {
        builder.choose(
                "the driver of the route, as the driver flagger leads weights and no A/B test: phase Cohort gives the"
                        + " canary the requests that the Canary's match names, as long as its iterations take");
        route.route();
        builder.prometheus("interval", Units.write(interval));
        List<Map<String, Object>> phases = new ArrayList<>(List.of(cohort.phase(testTime())));
        phases.addAll(PlanBuilder.PHASES);
        builder.put("phases", phases);
        List<Map<String, Object>> gate = new FlaggerMetrics(
                        in, builder, canary, analysis, target + "-canary", interval.multipliedBy(threshold))
                .read();
        if (gate.isEmpty()) {
            route.judge();
        } else {
            builder.put("gate", gate);
            abort();
        }
        List<String> out = Stream.of("webhooks", "alerts", "sessionAffinity", "mirror")
                .filter(key -> find(analysis, key) != null)
                .toList();
        if (!out.isEmpty()) {
            builder.lost(
                    canary,
                    canary.root(),
                    true,
                    "Flagger no longer leads this release, so these of its analysis are not in force: "
                            + String.join(", ", out),
                    "write load, probes, notify or mirror");
        }
        builder.toDo(
                "Canary " + canary.name() + ": set spec.revertOnDeletion to true, wait until Flagger has seen it, and"
                        + " delete the Canary; Flagger gives Deployment " + target
                        + " and its Service back. A route that Flagger has made goes with it");
    }

    private Duration testTime() {
        int iterations = builder.whole(canary, analysis, 0, "iterations");
        return interval.multipliedBy(Math.max(1, Math.min(MOST_ITERATIONS, iterations)));
    }

    /** What the driver flagger does not do of an A/B test, and what would. */
    private void cohort(String target) {
        for (YamlNode match : items(analysis, "match")) {
            builder.lost(
                    canary,
                    match,
                    true,
                    "the driver flagger leads weights, and no A/B test by headers or cookies",
                    "write the weights as stepWeights, or give the manifests of Deployment " + target
                            + " and of your own route to its Service: an HTTPRoute, a VirtualService or an Ingress of nginx");
        }
        AbTest cohort = AbTest.of(analysis);
        if (!cohort.isNone()) {
            builder.toDo(
                    "to keep the A/B test, let gatewayApi, istio or nginxIngress move the traffic instead of Flagger, with"
                            + " this phase before the first weight:\n"
                            + YamlWriter.write(Map.of("phases", List.of(cohort.phase(testTime())))));
        }
    }

    private void abort() {
        builder.put("abort", List.of(PlanBuilder.map("consecutiveFailures", threshold)));
        if (threshold > 1) {
            builder.lost(
                    canary,
                    analysis.at("threshold"),
                    true,
                    "Flagger counts all failed checks of an analysis; here they count while they follow one another",
                    "");
        }
    }

    /** What the driver asks of the Canary. */
    private void hooks(boolean judges) {
        StringBuilder hooks = new StringBuilder("Canary " + canary.name()
                + ": add to its analysis.webhooks, with a token" + " of 16 characters or more:");
        for (String type : HOOKS) {
            hooks.append(
                    "\n- { name: canary-release-" + type + ", type: " + type + ", url: \"http://THIS_HOST:9797/flagger/"
                            + type + "\", timeout: 5s, metadata: { token: \"...\" } }");
        }
        builder.toDo(hooks.toString());
        builder.toDo("in Jenkins: leave traffic.flagger.webhook.listen out, write token: credentials:ID, and"
                + " https://JENKINS/canary-flagger/TYPE as the addresses");
        if (judges) {
            builder.toDo(
                    "Canary " + canary.name() + ": take out the analysis.metrics that this plan has carried over, or"
                            + " both judge; a rollback by Flagger ends the rollout here as well");
        }
    }
}
