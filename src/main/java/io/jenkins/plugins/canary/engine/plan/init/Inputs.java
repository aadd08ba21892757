package io.jenkins.plugins.canary.engine.plan.init;

import java.util.List;
import java.util.Map;

/**
 * What was given.
 *
 * @param namespace of objects whose manifest names none; "" when nobody said
 * @param args values by the names of an analysis' arguments
 */
record Inputs(List<Manifest> objects, String namespace, Map<String, String> args) {

    String namespace(Manifest object) {
        return object.namespace().isEmpty() ? namespace : object.namespace();
    }

    List<Manifest> all(String group, String kind) {
        return objects.stream().filter(o -> o.is(group, kind)).toList();
    }

    /** The object of that name; null when it was not given. One without a namespace is in the one that is asked for. */
    Manifest find(String group, String kind, String inNamespace, String name) {
        return all(group, kind).stream()
                .filter(o -> o.name().equals(name))
                .filter(o -> namespace(o).isEmpty()
                        || inNamespace.isEmpty()
                        || namespace(o).equals(inNamespace))
                .findFirst()
                .orElse(null);
    }
}
