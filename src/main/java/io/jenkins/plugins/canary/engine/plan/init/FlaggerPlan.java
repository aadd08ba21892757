package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
    /** As Flagger's documentation writes it: {@code ^(.*?;)?(canary=always)(;.*)?$}. */
    private static final Pattern COOKIE =
            Pattern.compile("\\^\\(\\.\\*\\?;\\)\\?\\((\\w+)=(\\w+)\\)\\(;\\.\\*\\)\\?\\$");

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
            cohort(Math.max(1, Math.min(MOST_ITERATIONS, iterations)));
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

    /** An A/B test as the phase that a driver of the route has for it; only where every match is one header or cookie. */
    private void cohort(int iterations) {
        List<Map<String, Object>> matches = new ArrayList<>();
        for (YamlNode match : items(analysis, "match")) {
            for (String header : keys(match, "headers")) {
                String exact = text(match, "headers", header, "exact");
                Matcher cookie = COOKIE.matcher(text(match, "headers", header, "regex"));
                boolean isCookie = header.equalsIgnoreCase("cookie") && cookie.matches();
                if (keys(match).size() != 1 || keys(match, "headers").size() != 1 || !isCookie && exact.isEmpty()) {
                    return;
                }
                matches.add(
                        isCookie
                                ? Map.of("cookie", PlanBuilder.map("name", cookie.group(1), "value", cookie.group(2)))
                                : Map.of("header", PlanBuilder.map("name", header, "value", exact)));
            }
        }
        if (!matches.isEmpty()) {
            Map<String, Object> phase = PlanBuilder.map(
                    "name", "Cohort", "match", matches, "hold", Units.write(interval.multipliedBy(iterations)));
            builder.toDo(
                    "to keep the A/B test, let gatewayApi, istio or nginxIngress move the traffic instead of Flagger, with"
                            + " this phase before the first weight:\n"
                            + YamlWriter.write(Map.of("phases", List.of(phase))));
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
