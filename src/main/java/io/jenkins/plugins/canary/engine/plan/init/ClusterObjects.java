package io.jenkins.plugins.canary.engine.plan.init;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.util.ArrayList;
import java.util.List;

/**
 * The objects in a cluster that a plan can be made of. Reads only; any thread.
 *
 * @param sources one for each object
 * @param refused what could not be read, and why
 */
public record ClusterObjects(List<PlanInit.Source> sources, List<String> refused) {

    private static final String ARGO = "argoproj.io";
    private static final String ISTIO = "networking.istio.io";

    private static final Kind METRIC_TEMPLATE =
            new Kind(FlaggerPlan.GROUP, "v1beta1", "MetricTemplate", "metrictemplates");

    private static final List<Kind> KINDS = List.of(
            new Kind(ARGO, "v1alpha1", "Rollout", "rollouts"),
            new Kind(ARGO, "v1alpha1", "AnalysisTemplate", "analysistemplates"),
            new Kind(FlaggerPlan.GROUP, "v1beta1", "Canary", "canaries"),
            METRIC_TEMPLATE,
            Kind.DEPLOYMENT,
            Kind.SERVICE,
            Kind.HTTP_ROUTE,
            Kind.VIRTUAL_SERVICE,
            new Kind(ISTIO, "v1beta1", "DestinationRule", "destinationrules"),
            new Kind("networking.k8s.io", "v1", "Ingress", "ingresses"),
            new Kind("traefik.io", "v1alpha1", "TraefikService", "traefikservices"));

    private static final Kind CLUSTER_TEMPLATE =
            new Kind(ARGO, "v1alpha1", "ClusterAnalysisTemplate", "clusteranalysistemplates");

    /** @throws RouterException when the cluster does not answer */
    public static ClusterObjects read(Cluster cluster, String namespace) throws RouterException {
        List<PlanInit.Source> sources = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Kind kind : KINDS) {
            list(cluster, kind, namespace, sources, refused);
        }
        if (sources.stream().anyMatch(s -> s.text().contains("\"clusterScope\":true"))) {
            list(cluster, CLUSTER_TEMPLATE, "", sources, refused);
        }
        return new ClusterObjects(List.copyOf(sources), List.copyOf(refused));
    }

    private static void list(
            Cluster cluster, Kind kind, String namespace, List<PlanInit.Source> sources, List<String> refused)
            throws RouterException {
        try {
            for (KubeObject object : cluster.listKnown(kind, namespace)) {
                add(object, sources);
                if (kind.name().equals("Canary")) {
                    templatesElsewhere(cluster, object, namespace, sources);
                }
            }
        } catch (RouterException e) {
            if (!e.permanent()) {
                throw e;
            }
            refused.add(kind.resource() + ": " + e.getMessage());
        }
    }

    private static void templatesElsewhere(
            Cluster cluster, KubeObject canary, String namespace, List<PlanInit.Source> sources)
            throws RouterException {
        for (JsonNode metric : canary.spec().path("analysis").path("metrics")) {
            String elsewhere = metric.path("templateRef").path("namespace").asText(namespace);
            String name = metric.path("templateRef").path("name").asText();
            if (!elsewhere.equals(namespace) && !name.isEmpty()) {
                cluster.find(new ObjectRef(METRIC_TEMPLATE, elsewhere, name)).ifPresent(t -> add(t, sources));
            }
        }
    }

    /** Items of a list come without their kind. */
    private static void add(KubeObject object, List<PlanInit.Source> sources) {
        Kind kind = object.ref().kind();
        object.tree().put("apiVersion", kind.apiVersion()).put("kind", kind.name());
        object.tree().withObject("/metadata").remove("managedFields");
        object.tree().remove("status");
        sources.add(new PlanInit.Source(Manifest.CLUSTER, Cluster.text(object.tree()), false));
    }
}
