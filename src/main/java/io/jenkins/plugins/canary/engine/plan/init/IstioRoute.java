package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The driver {@code istio} for a VirtualService, with the subsets of its DestinationRule.
 *
 * @param canary the canary's Deployment; null where none was given
 * @param service the stable version's
 */
record IstioRoute(Inputs in, PlanBuilder builder, Manifest stable, Manifest canary, Manifest route, String service) {

    void read() {
        builder.uses(route);
        List<String> names = new ArrayList<>();
        String host = service;
        for (YamlNode http : items(route.spec(), "http")) {
            for (YamlNode to : items(http, "route")) {
                String given = text(to, "destination", "host");
                if (given.equals(service) || given.startsWith(service + ".")) {
                    host = given;
                    names.add(text(http, "name"));
                }
            }
        }
        List<String> routes =
                names.stream().filter(n -> !n.isEmpty()).distinct().toList();
        if (names.contains("")) {
            builder.lost(
                    route,
                    route.root().at("spec", "http"),
                    true,
                    "a route without a name cannot be driven",
                    "give each http route that sends to " + host + " a name, and write it into traffic.istio.routes");
        }
        Map<String, Object> settings = PlanBuilder.map(
                "virtualService", route.name(), "routes", routes.isEmpty() ? List.of("primary") : routes);
        if (!host.equals(stable.name())) {
            settings.put("host", host);
        }
        subsets(host, settings);
        builder.choose("the driver istio: " + route + " sends to " + host);
        builder.traffic("istio", settings);
        builder.put("phases", PlanBuilder.PHASES);
        builder.choose("phases of 5, 10, 25, 50 and 100%");
        String where = "reporter=\"destination\", destination_workload_namespace=\"" + in.namespace(stable)
                + "\", destination_workload=\"" + stable.name();
        builder.metrics("labels", PlanBuilder.map("canary", where + "-canary\"", "stable", where + "\""));
        builder.metrics("sets", Map.of("http", "istio"));
    }

    private void subsets(String host, Map<String, Object> settings) {
        Manifest rule = in.all("networking.istio.io", "DestinationRule").stream()
                .filter(r -> in.namespace(r).equals(in.namespace(stable)))
                .filter(r -> text(r.spec(), "host").equals(host)
                        || text(r.spec(), "host").equals(service))
                .findFirst()
                .orElse(null);
        String forStable = rule == null ? null : subset(rule, stable);
        String forCanary = rule == null || canary == null ? null : subset(rule, canary);
        if (rule == null) {
            builder.toDo("make a DestinationRule for " + host + " with the subsets stable and canary, and name it in"
                    + " traffic.istio.destinationRule");
            return;
        }
        builder.uses(rule);
        if (forStable != null && !forStable.equals("stable")) {
            settings.put("stableSubset", forStable);
        }
        if (forCanary != null && !forCanary.equals("canary")) {
            settings.put("canarySubset", forCanary);
        }
        Map<String, String> own = canary == null ? Map.of() : difference(canary, stable);
        if (forCanary != null && forStable != null) {
            settings.put("destinationRule", rule.name());
        } else if (!own.isEmpty()) {
            settings.put(
                    "destinationRule",
                    PlanBuilder.map(
                            "name", rule.name(), "canaryLabels", own, "stableLabels", difference(stable, canary)));
        } else {
            settings.put("destinationRule", rule.name());
            builder.toDo(
                    "DestinationRule " + rule.name() + ": it needs the subsets stable and canary, by a label that tells"
                            + " the pods of the two Deployments apart");
        }
    }

    /** The subset whose labels the Deployment's pods have. */
    private static String subset(Manifest rule, Manifest deployment) {
        Map<String, String> labels = labels(deployment);
        return items(rule.spec(), "subsets").stream()
                .filter(s -> !keys(s, "labels").isEmpty()
                        && keys(s, "labels").stream()
                                .allMatch(k -> text(s, "labels", k).equals(labels.get(k))))
                .map(s -> text(s, "name"))
                .findFirst()
                .orElse(null);
    }

    private static Map<String, String> difference(Manifest of, Manifest other) {
        Map<String, String> own = labels(of);
        own.entrySet().removeAll(labels(other).entrySet());
        return own;
    }

    private static Map<String, String> labels(Manifest deployment) {
        Map<String, String> labels = new LinkedHashMap<>();
        keys(deployment.spec(), "template", "metadata", "labels")
                .forEach(k -> labels.put(k, text(deployment.spec(), "template", "metadata", "labels", k)));
        return labels;
    }
}
