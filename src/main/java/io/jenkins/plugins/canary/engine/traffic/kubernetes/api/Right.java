package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import java.util.ArrayList;
import java.util.List;

/** The right to do something with the objects of a kind in a namespace, as a Role grants it. */
public record Right(String group, String resource, String verb) {

    /** What every rollout does beside its driver's own: the lock, and the record on the target. */
    private static final List<Right> LOCK = on(Kind.LEASE, "get", "create", "update");

    public static List<Right> on(Kind kind, String... verbs) {
        List<Right> rights = new ArrayList<>();
        for (String verb : verbs) {
            rights.add(new Right(kind.group(), kind.plural(), verb));
        }
        return rights;
    }

    /** All of these and those of the lock. */
    @SafeVarargs
    public static List<Right> andLock(List<Right>... own) {
        List<Right> all = new ArrayList<>();
        for (List<Right> some : own) {
            all.addAll(some);
        }
        all.addAll(LOCK);
        return all.stream().distinct().toList();
    }
}
