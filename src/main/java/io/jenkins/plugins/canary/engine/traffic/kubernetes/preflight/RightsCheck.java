package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetLease;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks whether the rollout may do what it will have to. */
final class RightsCheck {

    private RightsCheck() {}

    /** Everything that the rollout will do is allowed: asked of the API server itself, one right after the other. */
    static void rights(ClusterContext context, Findings found) throws RouterException {
        List<Right> needed = new ArrayList<>(named(context.objects().rights(), context));
        if (context.schedule().mirrors()) {
            needed.addAll(context.settings().mirrorRights());
        }
        List<Right> optional = context.settings().optionalRights();
        Set<Right> missing = missing(needed, context);
        Set<Right> wished = missing(optional, context);
        if (missing.isEmpty() && wished.isEmpty()) {
            return;
        }
        Set<Right> all = new LinkedHashSet<>(needed);
        all.addAll(optional);
        for (PreflightCheck check : Checks.ALL) {
            if (context.plan().checks().contains(check.name())) {
                all.addAll(check.rights(context.plan().fix()));
            }
        }
        Optional<String> user = context.cluster().user(context.namespace());
        String account =
                "the account " + user.map(name -> name + " ").orElse("") + "in namespace " + context.namespace();
        String remedy = RoleText.command(context.namespace(), all, user);
        if (!missing.isEmpty()) {
            found.error(
                    account,
                    "may not " + words(missing),
                    "the rollout would stop where it needs it, with the canary in traffic",
                    remedy);
        }
        if (!wished.isEmpty()) {
            found.warning(
                    account,
                    "may not " + words(wished),
                    "the rollout goes on, and does not tell what the canary's pods say, or how the configuration has changed",
                    missing.isEmpty() ? remedy : "the Role above");
        }
    }

    /** The lock is one Lease, which has the target's name. */
    private static List<Right> named(List<Right> rights, ClusterContext context) {
        ObjectRef lease = TargetLease.named(context.objects().target());
        return rights.stream().map(right -> right.limitedTo(lease)).toList();
    }

    private static Set<Right> missing(List<Right> rights, ClusterContext context) throws RouterException {
        Set<Right> missing = new LinkedHashSet<>();
        for (Right right : rights) {
            if (!context.cluster().may(right, context.namespace())) {
                missing.add(right);
            }
        }
        return missing;
    }

    /** {@code get, update httproutes.gateway.networking.k8s.io api; list pods}. */
    private static String words(Collection<Right> rights) {
        Map<String, List<String>> verbs = new LinkedHashMap<>();
        for (Right right : rights) {
            String object = right.resource()
                    + (right.group().isEmpty() ? "" : "." + right.group())
                    + (right.name().isEmpty() ? "" : " " + right.name());
            verbs.computeIfAbsent(object, o -> new ArrayList<>()).add(right.verb());
        }
        return verbs.entrySet().stream()
                .map(one -> String.join(", ", one.getValue()) + " " + one.getKey())
                .collect(Collectors.joining("; "));
    }
}
