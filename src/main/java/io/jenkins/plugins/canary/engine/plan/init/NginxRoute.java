package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.find;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The driver {@code nginxIngress} for an Ingress, and what its canary Ingress says already.
 *
 * @param canary the canary's Service
 */
record NginxRoute(Inputs in, PlanBuilder builder, Manifest ingress, String canary) {

    private static final String NGINX = "nginx.ingress.kubernetes.io/";

    static boolean isCanary(Manifest ingress) {
        return annotation(ingress, NGINX + "canary").equals("true");
    }

    private static String annotation(Manifest ingress, String name) {
        return text(ingress.root(), "metadata", "annotations", name);
    }

    /** Whether it is one of nginx, and leads to the Service. */
    static boolean sendsTo(Manifest ingress, String service) {
        String named = text(ingress.spec(), "ingressClassName");
        String type = named.isEmpty() ? annotation(ingress, "kubernetes.io/ingress.class") : named;
        return type.contains("nginx") && leadsTo(ingress, service);
    }

    private static boolean leadsTo(Manifest ingress, String service) {
        Stream<YamlNode> paths = items(ingress.spec(), "rules").stream()
                .flatMap(r -> items(r, "http", "paths").stream())
                .map(p -> find(p, "backend"));
        return Stream.concat(paths, Stream.of(ingress.spec().at("defaultBackend")))
                .anyMatch(b -> text(b, "service", "name").equals(service));
    }

    /** @param settings of the driver; the canary Ingress's are put into it */
    void read(Map<String, Object> settings) {
        builder.uses(ingress);
        in.all("networking.k8s.io", "Ingress").stream()
                .filter(i -> isCanary(i) && in.namespace(i).equals(in.namespace(ingress)) && leadsTo(i, canary))
                .findFirst()
                .ifPresent(existing -> existing(existing, settings));
        builder.choose("the driver nginxIngress: " + ingress + " leads to the stable Service");
        builder.traffic("nginxIngress", settings);
        String where = "namespace=\"" + in.namespace(ingress) + "\", ingress=\"" + ingress.name() + "\", canary";
        builder.metrics("labels", PlanBuilder.map("canary", where + "!=\"\"", "stable", where + "=\"\""));
        builder.metrics("sets", Map.of("http", "nginx-ingress"));
    }

    private void existing(Manifest existing, Map<String, Object> settings) {
        builder.uses(existing);
        if (!existing.name().equals(ingress.name() + "-canary")) {
            settings.put("canaryIngress", existing.name());
        }
        String[][] keys = {
            {"header", "canary-by-header"}, {"headerValue", "canary-by-header-value"}, {"cookie", "canary-by-cookie"}
        };
        for (String[] key : keys) {
            String value = annotation(existing, NGINX + key[1]);
            if (!value.isEmpty()) {
                settings.put(key[0], value);
            }
        }
        YamlNode pattern = find(existing.root(), "metadata", "annotations", NGINX + "canary-by-header-pattern");
        if (pattern != null) {
            builder.lost(
                    existing,
                    pattern,
                    false,
                    "the driver nginxIngress knows a header's value, and no pattern",
                    "write headerValue");
        }
        String weight = annotation(existing, NGINX + "canary-weight");
        if (!weight.isEmpty() && !weight.equals("0")) {
            builder.toDo("Ingress " + existing.name() + ": set canary-weight to 0 before the first rollout");
        }
    }
}
