package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The right to do something with the objects of a kind in a namespace, as a Role grants it.
 *
 * @param name of the only object that it is about; "" for every object of the kind
 */
public record Right(String group, String resource, String verb, String name) {

    /** Verbs that a Role cannot limit to named objects, since their requests name none. */
    private static final Set<String> NAMELESS = Set.of("create", "list", "watch", "deletecollection");

    /** What every rollout does beside its driver's own: the lock, and the record on the target. */
    private static final List<Right> LOCK = on(Kind.LEASE, "get", "create", "update");

    /**
     * What a rollout does without, and tells less: what both versions' configuration was before it, and what the canary's pods
     * say.
     */
    public static final List<Right> OPTIONAL =
            List.of(new Right("", "configmaps", "get"), new Right("", "secrets", "get"), new Right("", "pods", "list"));

    /** To every object of a kind. */
    public Right(String group, String resource, String verb) {
        this(group, resource, verb, "");
    }

    public static List<Right> on(Kind kind, String... verbs) {
        return Stream.of(verbs)
                .map(verb -> new Right(kind.group(), kind.plural(), verb))
                .toList();
    }

    /** To one object. A verb that names none, such as create, is granted for the kind. */
    public static List<Right> to(ObjectRef object, String... verbs) {
        return named(object.kind(), object.name(), verbs);
    }

    /** The same, in whatever namespace. */
    public static List<Right> named(Kind kind, String name, String... verbs) {
        ObjectRef object = new ObjectRef(kind, "", name);
        return on(kind, verbs).stream().map(right -> right.limitedTo(object)).toList();
    }

    /** The same for one object only, where it is about objects of that kind and the verb names one. */
    public Right limitedTo(ObjectRef object) {
        return group.equals(object.kind().group())
                        && resource.equals(object.kind().plural())
                        && !NAMELESS.contains(verb)
                ? new Right(group, resource, verb, object.name())
                : this;
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
