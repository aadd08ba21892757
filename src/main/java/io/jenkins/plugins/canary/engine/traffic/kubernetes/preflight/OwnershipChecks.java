package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.TargetLease;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Checks of who may write what a rollout writes: the rollout may, and nobody else does. */
final class OwnershipChecks {

    private static final String ARGO_ID = "argocd.argoproj.io/tracking-id";
    private static final String ARGO_INSTANCE = "argocd.argoproj.io/instance";
    private static final String FLUX = "kustomize.toolkit.fluxcd.io/";
    private static final String FLUX_HELM = "helm.toolkit.fluxcd.io/";

    private OwnershipChecks() {}

    /** Everything that the rollout will do is allowed: asked of the API server itself, one right after the other. */
    static void rights(ClusterContext context, Findings found) throws RouterException {
        List<Right> needed = named(context.objects().rights(), context);
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
        String account = "the account " + user.map(name -> name + " ").orElse("") + "in namespace " + context.namespace();
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

    /** {@code update httproutes.gateway.networking.k8s.io api}. */
    private static String words(Collection<Right> rights) {
        return rights.stream()
                .map(right -> right.verb() + " " + right.resource()
                        + (right.group().isEmpty() ? "" : "." + right.group())
                        + (right.name().isEmpty() ? "" : " " + right.name()))
                .collect(Collectors.joining(", "));
    }

    /** Nobody takes the weight and the image back to what stands in a repository. */
    static void gitOps(ClusterContext context, Findings found) throws RouterException {
        Set<ObjectRef> written = new LinkedHashSet<>();
        if (context.objects().carrier() != null) {
            written.add(context.objects().carrier());
        }
        for (PodOwner version : context.versions()) {
            written.add(version.ref());
        }
        for (ObjectRef ref : written) {
            KubeObject object = context.cluster().find(ref).orElse(null);
            Reconciler reconciler = object == null ? null : reconciler(object, context);
            if (reconciler != null) {
                found.warning(
                        ref,
                        "belongs to " + reconciler.named,
                        "it compares the object with its repository and sets the weight and the image back: the rollout would"
                                + " find its weight changed, and hold",
                        reconciler.remedy);
            }
        }
    }

    private record Reconciler(String named, String remedy) {}

    /** Null when nobody reconciles it. */
    private static Reconciler reconciler(KubeObject object, ClusterContext context) {
        JsonNode labels = object.metadata().path("labels");
        String tracking = object.annotation(ARGO_ID);
        String application = tracking != null
                ? tracking.split(":", 2)[0]
                : labels.path(ARGO_INSTANCE).asText(null);
        if (application != null) {
            return new Reconciler(
                    "the Argo CD application " + application,
                    "argocd app set " + application
                            + " --sync-policy none  # for the rollout; or add the weight and the images to its ignoreDifferences");
        }
        if (labels.has(FLUX + "name") && !"disabled".equals(object.annotation(FLUX + "reconcile"))) {
            String name = labels.path(FLUX + "name").asText();
            String namespace = labels.path(FLUX + "namespace").asText();
            return new Reconciler(
                    "the Flux Kustomization " + namespace + "/" + name,
                    "flux suspend kustomization " + name + " -n " + namespace + "  # or: " + context.kubectl()
                            + " annotate " + object.ref().kind().resource() + "/"
                            + object.ref().name() + " " + FLUX + "reconcile=disabled");
        }
        if (labels.has(FLUX_HELM + "name")) {
            String name = labels.path(FLUX_HELM + "name").asText();
            String namespace = labels.path(FLUX_HELM + "namespace").asText();
            return new Reconciler(
                    "the Flux HelmRelease " + namespace + "/" + name,
                    "flux suspend helmrelease " + name + " -n " + namespace);
        }
        return null;
    }
}
