package io.jenkins.plugins.canary.engine.metric.set;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Every exporter that there is a set for; docs/metric-sets.md says what each needs. */
public final class Exporters {

    private static final List<Exporter> ALL = Stream.of(
                    HttpExporters.ALL,
                    LimiterExporters.ALL,
                    PoolExporters.ALL,
                    ResourceExporters.ALL,
                    AiExporters.ALL,
                    SecurityExporters.ALL)
            .flatMap(List::stream)
            .toList();

    private Exporters() {}

    public static List<Exporter> all() {
        return ALL;
    }

    public static Optional<Exporter> named(SetKind kind, String name) {
        return ALL.stream()
                .filter(e -> e.kind() == kind && e.name().equals(name))
                .findFirst();
    }

    /** The names of a kind's exporters. */
    public static List<String> names(SetKind kind) {
        return ALL.stream().filter(e -> e.kind() == kind).map(Exporter::name).toList();
    }
}
