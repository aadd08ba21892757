package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Whether a GitOps controller takes the weight and the image back to what stands in a repository, and what it is told instead. */
final class GitOpsCheck {

    private static final String ARGO_ID = "argocd.argoproj.io/tracking-id";
    private static final String ARGO_INSTANCE = "argocd.argoproj.io/instance";
    private static final String FLUX = "kustomize.toolkit.fluxcd.io/";
    private static final String FLUX_HELM = "helm.toolkit.fluxcd.io/";

    /** Policies of Flux by which an object that is there is left alone. */
    private static final Set<String> LEFT_ALONE = Set.of("ifnotpresent", "ignore");

    private GitOpsCheck() {}

    static void gitOps(ClusterContext context, Findings found) throws RouterException {
        Map<Reconciler, List<KubeObject>> owned = new LinkedHashMap<>();
        for (ObjectRef ref : written(context)) {
            KubeObject object = context.cluster().find(ref).orElse(null);
            Reconciler reconciler = object == null ? null : reconciler(object);
            if (reconciler != null) {
                owned.computeIfAbsent(reconciler, r -> new ArrayList<>()).add(object);
            }
        }
        owned.forEach((reconciler, objects) -> found.warning(
                objects.stream().map(object -> object.ref().toString()).collect(Collectors.joining(", ")),
                (objects.size() == 1 ? "belongs to " : "belong to ") + reconciler.named(),
                "it compares with its repository and sets the weight and the image back: the rollout would find its weight"
                        + " changed, and hold",
                reconciler.remedy(objects)));
    }

    private static Set<ObjectRef> written(ClusterContext context) throws RouterException {
        Set<ObjectRef> written = new LinkedHashSet<>();
        written.addAll(context.objects().carriers());
        for (PodOwner version : context.versions()) {
            written.add(version.ref());
        }
        return written;
    }

    /** Null when nobody reconciles it. */
    private static Reconciler reconciler(KubeObject object) {
        JsonNode labels = object.metadata().path("labels");
        String tracking = object.annotation(ARGO_ID);
        String application = tracking != null
                ? tracking.split(":", 2)[0]
                : labels.path(ARGO_INSTANCE).asText(null);
        if (application != null) {
            return new Application(application);
        }
        boolean leftAlone = "disabled".equals(object.annotation(FLUX + "reconcile"))
                || LEFT_ALONE.contains(
                        String.valueOf(object.annotation(FLUX + "ssa")).toLowerCase(Locale.ROOT));
        if (labels.has(FLUX + "name") && !leftAlone) {
            return new Kustomization(
                    labels.path(FLUX + "name").asText(),
                    labels.path(FLUX + "namespace").asText());
        }
        return labels.has(FLUX_HELM + "name")
                ? new HelmRelease(
                        labels.path(FLUX_HELM + "name").asText(),
                        labels.path(FLUX_HELM + "namespace").asText())
                : null;
    }

    private interface Reconciler {

        String named();

        /** What tells it to leave our fields of some objects alone, as YAML to be pasted. */
        String remedy(List<KubeObject> objects);
    }

    private record Application(String name) implements Reconciler {

        @Override
        public String named() {
            return "the Argo CD application " + name;
        }

        @Override
        public String remedy(List<KubeObject> objects) {
            StringBuilder text =
                    new StringBuilder("# in the Application; or for the time of the rollout: argocd app set " + name
                            + " --sync-policy none\nspec:\n  ignoreDifferences:\n");
            for (KubeObject object : objects) {
                ObjectRef ref = object.ref();
                text.append("  - group: '" + ref.kind().group() + "'\n    kind: "
                        + ref.kind().name() + "\n    name: " + ref.name() + "\n    namespace: " + ref.namespace()
                        + "\n    jqPathExpressions:\n");
                jq(ref).forEach(path -> text.append("    - '" + path + "'\n"));
            }
            // Otherwise a sync writes over what the comparison ignores.
            return text + "  syncPolicy:\n    syncOptions: [RespectIgnoreDifferences=true]";
        }

        private static List<String> jq(ObjectRef ref) {
            return switch (ref.kind().name()) {
                case "Deployment", "Rollout" -> List.of(".spec.replicas", ".spec.template.spec.containers[].image");
                case "VirtualService" -> List.of(".spec.http[].route");
                case "Ingress" -> List.of(".metadata.annotations");
                case "TraefikService" -> List.of(".spec");
                default -> List.of(".spec.rules[].backendRefs");
            };
        }
    }

    private record Kustomization(String name, String namespace) implements Reconciler {

        @Override
        public String named() {
            return "the Flux Kustomization " + namespace + "/" + name;
        }

        @Override
        public String remedy(List<KubeObject> objects) {
            return "# in the Kustomization (kustomize-controller 1.9 and later; before, annotate the objects in Git with "
                    + FLUX
                    + "ssa: IfNotPresent); or for the time of the rollout: flux suspend kustomization " + name + " -n "
                    + namespace + "\nspec:\n  ignore:\n" + ignored(objects, "  ");
        }
    }

    private record HelmRelease(String name, String namespace) implements Reconciler {

        @Override
        public String named() {
            return "the Flux HelmRelease " + namespace + "/" + name;
        }

        @Override
        public String remedy(List<KubeObject> objects) {
            return "# in the HelmRelease; or for the time of the rollout: flux suspend helmrelease " + name + " -n "
                    + namespace + "\nspec:\n  driftDetection:\n    ignore:\n" + ignored(objects, "    ");
        }
    }

    /** Rules of Flux: JSON pointers, which have no word for every element of a list. */
    private static String ignored(List<KubeObject> objects, String indent) {
        StringBuilder text = new StringBuilder();
        for (KubeObject object : objects) {
            ObjectRef ref = object.ref();
            text.append(indent + "- paths: [" + String.join(", ", pointers(object)) + "]\n" + indent
                    + "  target: {group: '"
                    + ref.kind().group() + "', kind: " + ref.kind().name() + ", name: " + ref.name() + ", namespace: "
                    + ref.namespace() + "}\n");
        }
        return text.toString().stripTrailing();
    }

    private static List<String> pointers(KubeObject object) {
        return switch (object.ref().kind().name()) {
            case "Deployment", "Rollout" -> {
                List<String> paths = new ArrayList<>(List.of("/spec/replicas"));
                int containers =
                        object.tree().at("/spec/template/spec/containers").size();
                for (int i = 0; i < containers; i++) {
                    paths.add("/spec/template/spec/containers/" + i + "/image");
                }
                yield paths;
            }
            case "VirtualService" -> List.of("/spec/http");
            case "Ingress" -> List.of("/metadata/annotations");
            case "TraefikService" -> List.of("/spec");
            default -> List.of("/spec/rules");
        };
    }
}
