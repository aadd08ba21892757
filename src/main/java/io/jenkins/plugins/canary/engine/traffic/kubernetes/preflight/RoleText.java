package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A Role with the smallest rules that grant some rights, and the RoleBinding that gives it to an account. */
final class RoleText {

    private static final String NAME = "canary-release";
    private static final String SERVICE_ACCOUNT = "system:serviceaccount:";

    private RoleText() {}

    /**
     * A command of several lines that creates both.
     *
     * @param user as the API server calls the account; empty when it does not say: then a name is left to fill in
     */
    static String command(String namespace, Collection<Right> rights, Optional<String> user) {
        return "kubectl apply -f - <<'EOF'\n" + role(namespace, rights) + "---\n" + binding(namespace, user) + "EOF";
    }

    static String role(String namespace, Collection<Right> rights) {
        StringBuilder text = new StringBuilder("apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n"
                + "metadata: {name: " + NAME + ", namespace: " + namespace + "}\nrules:\n");
        rules(rights)
                .forEach((rule, verbs) -> text.append("- {apiGroups: [\"" + rule.group + "\"], resources: ["
                        + rule.resource + "], " + rule.names() + "verbs: [" + String.join(", ", verbs) + "]}\n"));
        return text.toString();
    }

    /** @param names of the only objects; empty for every object of the kind */
    private record Rule(String group, String resource, Set<String> objects) {
        String names() {
            return objects.isEmpty() ? "" : "resourceNames: [" + String.join(", ", objects) + "], ";
        }
    }

    private static Map<Rule, Set<String>> rules(Collection<Right> rights) {
        Map<String, Map<Right, Set<String>>> byGroup = new TreeMap<>();
        for (Right right : rights) {
            Right any = new Right(right.group(), right.resource(), right.verb());
            byGroup.computeIfAbsent(right.group(), g -> new LinkedHashMap<>())
                    .computeIfAbsent(any, r -> new TreeSet<>())
                    .add(right.name());
        }
        Map<Rule, Set<String>> rules = new LinkedHashMap<>();
        byGroup.values()
                .forEach(verbs -> verbs.forEach((any, names) -> {
                    Set<String> objects = names.contains("") ? Set.of() : names;
                    rules.computeIfAbsent(new Rule(any.group(), any.resource(), objects), r -> new LinkedHashSet<>())
                            .add(any.verb());
                }));
        return rules;
    }

    private static String binding(String namespace, Optional<String> user) {
        return "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: " + NAME + ", namespace: "
                + namespace + "}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: " + NAME
                + "}\nsubjects:\n"
                + user.map(RoleText::subject)
                        .orElse("# fill in the account that the rollout uses\n- {kind: ServiceAccount, name: ACCOUNT,"
                                + " namespace: " + namespace + "}")
                + "\n";
    }

    private static String subject(String user) {
        String[] account = user.startsWith(SERVICE_ACCOUNT)
                ? user.substring(SERVICE_ACCOUNT.length()).split(":", 2)
                : new String[0];
        return account.length == 2
                ? "- {kind: ServiceAccount, name: " + account[1] + ", namespace: " + account[0] + "}"
                : "- {apiGroup: rbac.authorization.k8s.io, kind: User, name: '" + user.replace("'", "''") + "'}";
    }
}
