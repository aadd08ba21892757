package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import java.util.List;
import java.util.stream.Stream;

/** The right to do something with the objects of a kind in a namespace, as a Role grants it. */
public record Right(String group, String resource, String verb) {

    /** What every rollout does beside its driver's own: the lock, and the record on the target. */
    private static final List<Right> LOCK = on(Kind.LEASE, "get", "create", "update");

    public static List<Right> on(Kind kind, String... verbs) {
        return Stream.of(verbs)
                .map(verb -> new Right(kind.group(), kind.plural(), verb))
                .toList();
    }

    /** All of these and those of looking whether a Service has somewhere to send requests to. */
    public static List<Right> withServices(List<Right> own) {
        return Stream.of(own, on(Kind.SERVICE, "get"), on(Kind.ENDPOINT_SLICE, "list"))
                .flatMap(List::stream)
                .toList();
    }

    /** All of these and those of the lock. */
    @SafeVarargs
    public static List<Right> andLock(List<Right>... own) {
        return Stream.concat(Stream.of(own), Stream.of(LOCK))
                .flatMap(List::stream)
                .distinct()
                .toList();
    }
}
