package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that the rollout will do is allowed: asked of the API server itself, one right after the other. */
final class RightsCheck implements PreflightCheck {

    @Override
    public String name() {
        return "rights";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<Right> missing = new ArrayList<>();
        for (Right right : clusterContext.clusterContext().rights()) {
            if (!clusterContext.cluster().may(right, clusterContext.namespace())) {
                missing.add(right);
            }
        }
        if (missing.isEmpty()) {
            return List.of();
        }
        Set<Right> all = new LinkedHashSet<>(clusterContext.clusterContext().rights());
        for (PreflightCheck check : Checks.ALL) {
            if (clusterContext.plan().checks().contains(check.name())) {
                all.addAll(check.rights(clusterContext.plan().fix()));
            }
        }
        String what = String.join(
                ", ",
                missing.stream()
                        .map(right -> right.verb() + " " + right.resource()
                                + (right.group().isEmpty() ? "" : "." + right.group()))
                        .toList());
        return List.of(PreflightFinding.error(
                name(),
                "the account used in namespace " + clusterContext.namespace(),
                "may not " + what,
                "the rollout would stop where it needs it, with the canary in traffic",
                clusterContext.kubectl() + " apply -f - <<'EOF'\n" + RoleText.of(clusterContext.namespace(), all)
                        + "EOF"));
    }

    /** The smallest Role that grants some rights, as YAML: a rule a resource. */
    static final class RoleText {

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
}
