package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.whole;

import io.jenkins.plugins.canary.engine.Weight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A plan from a Deployment, its Services and the route to them: the driver follows from the route. All of them stay as they are.
 * Not for use by several threads.
 */
final class ServicePlan {

    /** Of every object that a driver changes in its weights only. */
    static final FieldTable KEPT = FieldTable.of("""
            apiVersion  | none
            kind        | none
            metadata.** | none
            spec.**     | kept
            status.**   | none
            """);

    private static final String CANARY = "-canary";

    private final Inputs in;
    private final PlanBuilder builder;
    private final Manifest stable;
    private final String namespace;
    /** Null where none was given. */
    private final Manifest canary;
    /** The Services by the names of the Deployments that they select; only those that select one of the two. */
    private final Map<String, Manifest> services = new HashMap<>();
    /** Those that select both. */
    private final List<Manifest> shared = new ArrayList<>();

    ServicePlan(Inputs in, PlanBuilder builder, Manifest stable) {
        this.in = in;
        this.builder = builder;
        this.stable = stable;
        this.namespace = in.namespace(stable);
        this.canary = in.find("apps", "Deployment", namespace, stable.name() + CANARY);
        services();
    }

    /** Whether a route is there whose driver can give the canary requests with these headers and cookies. */
    boolean hasRouteFor(AbTest cohort) {
        boolean ingress = traefik().isEmpty() && !nginx().isEmpty() && cohort.fitsAnIngress();
        return !gatewayApi().isEmpty() || !istio().isEmpty() || ingress;
    }

    void read() {
        route();
        judge();
    }

    /** All but what the phases are judged by. */
    void route() {
        builder.uses(stable);
        if (canary != null) {
            builder.uses(canary);
        } else {
            builder.toDo("deploy the new version as Deployment " + stable.name() + CANARY
                    + ", with the same container names, before the rollout starts");
        }
        builder.target(namespace, stable.name());
        services.values().forEach(builder::uses);
        shared.forEach(builder::uses);
        List<Runnable> drivers = Stream.of(gatewayApi(), istio(), traefik(), nginx())
                .flatMap(List::stream)
                .toList();
        if (drivers.size() > 1) {
            builder.toDo("traffic: there are several routes to " + stable.name() + "; the first is taken");
        }
        if (drivers.isEmpty()) {
            pods();
        } else {
            drivers.get(0).run();
        }
    }

    /** What fits most services. */
    void judge() {
        builder.choose("gate and abort rules that fit most services: no more errors than stable, and the five rules of"
                + " abort: default");
        builder.put(
                "gate",
                List.of(
                        PlanBuilder.map("metric", "success-rate", "min", "99%"),
                        PlanBuilder.map("metric", "error-rate", "versusStable", Map.of("test", "counts"))));
        builder.put("abort", "default");
        builder.toDo("gate: write what your service promises instead of 99%");
    }

    private void services() {
        List<Manifest> ofStable = selecting(stable);
        List<Manifest> ofCanary = canary == null ? new ArrayList<>() : selecting(canary);
        ofStable.stream().filter(ofCanary::contains).forEach(shared::add);
        ofStable.stream().filter(s -> !shared.contains(s)).findFirst().ifPresent(s -> services.put("stable", s));
        ofCanary.stream().filter(s -> !shared.contains(s)).findFirst().ifPresent(s -> services.put("canary", s));
        if (!services.containsKey("canary")) {
            ofStable.stream()
                    .filter(s -> s.name().endsWith(CANARY) && ofStable.size() > 1)
                    .findFirst()
                    .ifPresent(s -> services.put("canary", s));
        }
    }

    private List<Manifest> selecting(Manifest deployment) {
        Map<String, String> labels = new HashMap<>();
        keys(deployment.spec(), "template", "metadata", "labels")
                .forEach(k -> labels.put(k, text(deployment.spec(), "template", "metadata", "labels", k)));
        return in.all("", "Service").stream()
                .filter(s -> in.namespace(s).equals(namespace))
                .filter(s -> !keys(s.spec(), "selector").isEmpty())
                .filter(s -> keys(s.spec(), "selector").stream()
                        .allMatch(k -> text(s.spec(), "selector", k).equals(labels.get(k))))
                .toList();
    }

    private String service(String track, String otherwise) {
        return services.containsKey(track) ? services.get(track).name() : otherwise;
    }

    /** The Service's name where it is not the one that drivers take by themselves. */
    private String named(String track, String usual) {
        String name = service(track, usual);
        return name.equals(usual) ? null : name;
    }

    private List<Manifest> inNamespace(String group, String kind) {
        return in.all(group, kind).stream()
                .filter(o -> in.namespace(o).equals(namespace))
                .toList();
    }

    private void needsCanaryService() {
        if (!services.containsKey("canary")) {
            builder.toDo("make a Service " + stable.name() + CANARY + " that selects the pods of Deployment "
                    + stable.name() + CANARY + " and no others");
        }
        if (!services.containsKey("stable")) {
            builder.toDo("make a Service " + stable.name() + " that selects the pods of Deployment " + stable.name()
                    + " and no others");
        }
    }

    private Map<String, Object> twoServices(String key, String route) {
        return PlanBuilder.map(
                key,
                route,
                "canary",
                named("canary", stable.name() + CANARY),
                "stable",
                named("stable", stable.name()));
    }

    private List<Runnable> gatewayApi() {
        String backend = service("stable", stable.name());
        return inNamespace("gateway.networking.k8s.io", "HTTPRoute").stream()
                .filter(r -> items(r.spec(), "rules").stream()
                        .flatMap(rule -> items(rule, "backendRefs").stream())
                        .anyMatch(b -> text(b, "name").equals(backend)))
                .<Runnable>map(route -> () -> {
                    builder.uses(route);
                    builder.choose("the driver gatewayApi: " + route + " sends to the Service " + backend);
                    builder.traffic("gatewayApi", twoServices("httpRoute", route.name()));
                    needsCanaryService();
                    phases();
                    byPods();
                })
                .toList();
    }

    private List<Runnable> istio() {
        String host = service("stable", stable.name());
        return inNamespace("networking.istio.io", "VirtualService").stream()
                .filter(v -> items(v.spec(), "http").stream()
                        .flatMap(http -> items(http, "route").stream())
                        .anyMatch(r -> isHost(text(r, "destination", "host"), host)))
                .<Runnable>map(v -> () -> new IstioRoute(in, builder, stable, canary, v, host).read())
                .toList();
    }

    private boolean isHost(String given, String service) {
        return given.equals(service)
                || given.startsWith(service + "." + namespace + ".")
                || given.equals(service + "." + namespace);
    }

    private List<Runnable> traefik() {
        String backend = service("stable", stable.name());
        return inNamespace("traefik.io", "TraefikService").stream()
                .filter(t -> items(t.spec(), "weighted", "services").stream()
                        .anyMatch(s -> text(s, "name").equals(backend)))
                .<Runnable>map(weighted -> () -> {
                    builder.uses(weighted);
                    builder.choose("the driver traefik: " + weighted + " sends to the Service " + backend);
                    builder.traffic("traefik", twoServices("traefikService", weighted.name()));
                    needsCanaryService();
                    phases();
                    String service = "service=~\"" + namespace + "-";
                    String port = "-[0-9a-zA-Z]+@kubernetescrd\"";
                    builder.metrics(
                            "labels",
                            PlanBuilder.map(
                                    "canary", service + service("canary", stable.name() + CANARY) + port,
                                    "stable", service + backend + port));
                    builder.metrics("sets", Map.of("http", "traefik"));
                })
                .toList();
    }

    private List<Runnable> nginx() {
        String backend = service("stable", stable.name());
        return inNamespace("networking.k8s.io", "Ingress").stream()
                .filter(i -> !NginxRoute.isCanary(i) && NginxRoute.sendsTo(i, backend))
                .<Runnable>map(ingress -> () -> {
                    new NginxRoute(in, builder, ingress, service("canary", stable.name() + CANARY))
                            .read(twoServices("ingress", ingress.name()));
                    needsCanaryService();
                    phases();
                })
                .toList();
    }

    private void phases() {
        builder.put("phases", PlanBuilder.PHASES);
        builder.choose("phases of 5, 10, 25, 50 and 100%");
    }

    /** Without a route only whole pods can be moved. */
    private void pods() {
        int pods = Math.max(2, Math.min(10_000, whole(stable.spec(), 1, "replicas")));
        builder.choose(
                "the driver deployment: no HTTPRoute, VirtualService, TraefikService or Ingress of nginx leads to "
                        + stable + ", so that the weight is a share of " + pods + " pods");
        builder.traffic("deployment", PlanBuilder.map("replicas", pods));
        TreeSet<Integer> counts = new TreeSet<>(List.of(pods));
        for (int percent : List.of(5, 10, 25, 50)) {
            int count = Math.round(percent * pods / 100f);
            counts.add(Math.max(1, count));
        }
        List<Map<String, Object>> phases = new ArrayList<>();
        for (int count : counts) {
            Weight weight = Weight.ofPercent(100.0 * count / pods);
            phases.add(PlanBuilder.phase(weight, "10m"));
        }
        builder.put("phases", phases);
        byPods();
    }

    /** What Prometheus' own service discovery calls pods. */
    private void byPods() {
        String where = namespace.isEmpty() ? "" : "namespace=\"" + namespace + "\", ";
        String pod = stable.name().replace(".", "\\\\.");
        builder.metrics(
                "labels",
                PlanBuilder.map(
                        "canary", where + "pod=~\"" + pod + "-canary-.*\"",
                        "stable", where + "pod=~\"" + pod + "-[0-9a-f]+-.*\""));
        builder.toDo(
                "metrics: check that http_requests_total{status} and http_request_duration_seconds of your pods have the"
                        + " label pod, or name your exporter with sets: { http: ... } and your own labels");
    }
}
