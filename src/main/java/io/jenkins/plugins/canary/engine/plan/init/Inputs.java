package io.jenkins.plugins.canary.engine.plan.init;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What was given. Any thread. */
final class Inputs {

    private final List<Manifest> objects;
    private final Map<List<String>, List<Manifest>> byKind;
    private final Map<List<String>, List<Manifest>> byName;
    private final String namespace;
    private final Map<String, String> args;

    /**
     * @param namespace of objects whose manifest names none; "" when nobody said
     * @param args values by the names of an analysis' arguments
     */
    Inputs(List<Manifest> objects, String namespace, Map<String, String> args) {
        this.objects = List.copyOf(objects);
        this.byKind = objects.stream().collect(Collectors.groupingBy(o -> List.of(o.group(), o.kind())));
        this.byName = objects.stream().collect(Collectors.groupingBy(o -> List.of(o.group(), o.kind(), o.name())));
        this.namespace = namespace;
        this.args = Map.copyOf(args);
    }

    List<Manifest> objects() {
        return objects;
    }

    Map<String, String> args() {
        return args;
    }

    String namespace(Manifest object) {
        return object.namespace().isEmpty() ? namespace : object.namespace();
    }

    List<Manifest> all(String group, String kind) {
        return byKind.getOrDefault(List.of(group, kind), List.of());
    }

    /** The object of that name; null when it was not given. One without a namespace is in the one that is asked for. */
    Manifest find(String group, String kind, String inNamespace, String name) {
        return byName.getOrDefault(List.of(group, kind, name), List.of()).stream()
                .filter(o -> namespace(o).isEmpty()
                        || inNamespace.isEmpty()
                        || namespace(o).equals(inNamespace))
                .findFirst()
                .orElse(null);
    }
}
