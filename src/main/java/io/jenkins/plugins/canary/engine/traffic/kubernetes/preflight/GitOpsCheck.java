package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Nobody takes the weight and the image back to what stands in a repository. */
final class GitOpsCheck implements PreflightCheck {

    private static final String ARGO_ID = "argocd.argoproj.io/tracking-id";
    private static final String ARGO_INSTANCE = "argocd.argoproj.io/instance";
    private static final String FLUX = "kustomize.toolkit.fluxcd.io/";
    private static final String FLUX_HELM = "helm.toolkit.fluxcd.io/";

    @Override
    public String name() {
        return "gitops";
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        Set<ObjectRef> written = new LinkedHashSet<>();
        if (clusterContext.clusterContext().carrier() != null) {
            written.add(clusterContext.clusterContext().carrier());
        }
        for (PodOwner version : clusterContext.versions()) {
            written.add(version.ref());
        }
        List<PreflightFinding> found = new ArrayList<>();
        for (ObjectRef ref : written) {
            KubeObject object = clusterContext.cluster().find(ref).orElse(null);
            Owner owner = object == null ? null : owner(object, clusterContext);
            if (owner != null) {
                found.add(PreflightFinding.warning(
                        name(),
                        ref,
                        "belongs to " + owner.named,
                        "it compares the object with its repository and sets the weight and the image back: the rollout would"
                                + " find its weight changed, and hold",
                        owner.remedy));
            }
        }
        return found;
    }

    private record Owner(String named, String remedy) {}

    /** Null when nobody reconciles it. */
    private static Owner owner(KubeObject object, ClusterContext clusterContext) {
        JsonNode labels = object.metadata().path("labels");
        String tracking = object.annotation(ARGO_ID);
        String application = tracking != null
                ? tracking.split(":", 2)[0]
                : labels.path(ARGO_INSTANCE).asText(null);
        if (application != null) {
            return new Owner(
                    "the Argo CD application " + application,
                    "argocd app set " + application
                            + " --sync-policy none  # for the rollout; or add the weight and the images to its ignoreDifferences");
        }
        if (labels.has(FLUX + "name") && !"disabled".equals(object.annotation(FLUX + "reconcile"))) {
            return new Owner(
                    "the Flux Kustomization " + labels.path(FLUX + "namespace").asText() + "/"
                            + labels.path(FLUX + "name").asText(),
                    "flux suspend kustomization "
                            + labels.path(FLUX + "name").asText() + " -n "
                            + labels.path(FLUX + "namespace").asText()
                            + "  # or: " + clusterContext.kubectl() + " annotate "
                            + object.ref().kind().resource() + "/"
                            + object.ref().name() + " " + FLUX + "reconcile=disabled");
        }
        if (labels.has(FLUX_HELM + "name")) {
            return new Owner(
                    "the Flux HelmRelease "
                            + labels.path(FLUX_HELM + "namespace").asText() + "/"
                            + labels.path(FLUX_HELM + "name").asText(),
                    "flux suspend helmrelease "
                            + labels.path(FLUX_HELM + "name").asText() + " -n "
                            + labels.path(FLUX_HELM + "namespace").asText());
        }
        return null;
    }
}
