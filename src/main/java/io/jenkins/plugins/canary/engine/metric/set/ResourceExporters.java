package io.jenkins.plugins.canary.engine.metric.set;

import static io.jenkins.plugins.canary.engine.metric.set.Formula.rate;

import io.jenkins.plugins.canary.engine.metric.expr.Expr;
import io.jenkins.plugins.canary.engine.metric.expr.Matcher;
import io.jenkins.plugins.canary.engine.metric.expr.Selector;
import java.util.List;

/** CPU and memory of containers, hosts and virtual machines. */
final class ResourceExporters {

    /** cAdvisor also counts each pod's pause container, and the pod as a whole without a container's name. */
    private static final Matcher REAL = new Matcher("container", Matcher.Op.MATCHES_NOT, "|POD");

    static final List<Exporter> ALL = List.of(
            // The limits are cAdvisor's own.
            Exporter.ofTracks(SetKind.RESOURCES, "cadvisor")
                    .with(
                            SetMetric.CPU_USE,
                            Formula.of(s -> new Expr.Ratio(
                                    cpu(s),
                                    new Expr.Quotients(
                                            Expr.Agg.SUM,
                                            s.named("container_spec_cpu_quota").with(REAL),
                                            s.named("container_spec_cpu_period").with(REAL)))))
                    .with(
                            SetMetric.MEMORY_USE,
                            Formula.of(s -> new Expr.Quotients(
                                    Expr.Agg.MAX,
                                    memory(s),
                                    s.named("container_spec_memory_limit_bytes").with(REAL)))),
            // The limits and restarts are kube-state-metrics': what kube-prometheus-stack scrapes.
            Exporter.ofTracks(SetKind.RESOURCES, "kubernetes")
                    .with(SetMetric.CPU_USE, Formula.of(s -> new Expr.Ratio(cpu(s), limits(s, "cpu"))))
                    .with(
                            SetMetric.MEMORY_USE,
                            Formula.of(
                                    s -> new Expr.Ratio(new Expr.Gauges(Expr.Agg.SUM, memory(s)), limits(s, "memory"))))
                    .with(SetMetric.RESTARTS, Formula.count("kube_pod_container_status_restarts_total")),
            Exporter.ofTracks(SetKind.RESOURCES, "node-exporter")
                    .with(
                            SetMetric.CPU_USE,
                            Formula.of(s -> new Expr.Ratio(
                                    rate(s.named("node_cpu_seconds_total")
                                            .with(new Matcher("mode", Matcher.Op.MATCHES_NOT, "idle|iowait"))),
                                    rate(s.named("node_cpu_seconds_total")))))
                    .with(
                            SetMetric.MEMORY_USE,
                            Formula.of(s -> new Expr.Rest(new Expr.Quotients(
                                    Expr.Agg.MIN,
                                    s.named("node_memory_MemAvailable_bytes"),
                                    s.named("node_memory_MemTotal_bytes"))))),
            // The JVM through Micrometer.
            Exporter.ofTracks(SetKind.RESOURCES, "micrometer")
                    .with(
                            SetMetric.CPU_USE,
                            Formula.of(s -> new Expr.Gauges(Expr.Agg.MAX, s.named("process_cpu_usage"))))
                    .with(
                            SetMetric.MEMORY_USE,
                            Formula.of(s -> new Expr.Ratio(
                                    new Expr.Gauges(Expr.Agg.SUM, heap(s, "jvm_memory_used_bytes")),
                                    new Expr.Gauges(Expr.Agg.SUM, heap(s, "jvm_memory_max_bytes"))))));

    private ResourceExporters() {}

    private static Expr cpu(Formula.Series s) {
        return rate(s.named("container_cpu_usage_seconds_total").with(REAL));
    }

    private static Selector memory(Formula.Series s) {
        return s.named("container_memory_working_set_bytes").with(REAL);
    }

    private static Expr limits(Formula.Series s, String resource) {
        return new Expr.Gauges(
                Expr.Agg.SUM,
                s.named("kube_pod_container_resource_limits")
                        .with(new Matcher("resource", Matcher.Op.EQUAL, resource)));
    }

    private static Selector heap(Formula.Series s, String name) {
        return s.named(name).with(new Matcher("area", Matcher.Op.EQUAL, "heap"));
    }
}
