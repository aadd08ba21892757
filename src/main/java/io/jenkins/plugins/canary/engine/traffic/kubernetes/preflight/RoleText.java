package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The smallest Role that grants some rights, as YAML: a rule a resource. */
final class RoleText {

    private RoleText() {}

    static String of(String namespace, Collection<Right> rights) {
        Map<String, Map<String, Set<String>>> verbs = new TreeMap<>();
        for (Right right : rights) {
            verbs.computeIfAbsent(right.group(), g -> new LinkedHashMap<>())
                    .computeIfAbsent(right.resource(), r -> new LinkedHashSet<>())
                    .add(right.verb());
        }
        StringBuilder text = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
                + "metadata: {name: canary-release, namespace: " + namespace + "}\nrules:\n");
        verbs.forEach((group, resources) -> resources.forEach((resource, may) -> text.append("- {apiGroups: [\"")
                .append(group)
                .append("\"], resources: [")
                .append(resource)
                .append("], verbs: [")
                .append(String.join(", ", may))
                .append("]}\n")));
        return text.toString();
    }
}
