package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Each check finds its flaw, says why it hurts and what to do, and says nothing of a release without it. */
class ChecksTest extends FurnishedRelease {

    private ObjectNode container(ObjectNode deployment) {
        return (ObjectNode) deployment.at("/spec/template/spec/containers/0");
    }

    static void says(PreflightFinding finding, PreflightFinding.Severity severity, String... parts) {
        assertEquals(severity, finding.severity(), finding.toString());
        assertFalse(finding.why().isBlank());
        for (String part : parts) {
            assertTrue(finding.toString().contains(part), finding.toString());
        }
    }

    @Test
    void readiness() throws Exception {
        release.fine("readiness");
        world.edit(
                Kind.DEPLOYMENT,
                "api-canary",
                d -> container(d).withObject("/readinessProbe").remove("successThreshold"));
        says(
                release.only("readiness"),
                PreflightFinding.Severity.WARNING,
                "Deployment shop/api-canary",
                "after one answer",
                "kubectl -n shop patch deployments.apps/api-canary",
                "\"successThreshold\":2");
        world.edit(Kind.DEPLOYMENT, "api-canary", d -> container(d).remove("readinessProbe"));
        says(release.only("readiness"), PreflightFinding.Severity.WARNING, "has no readinessProbe");
    }

    /** Somebody shortened a selector to a label that both versions' pods have. */
    @Test
    void endpoints() throws Exception {
        release.fine("endpoints");
        for (String name : List.of("api", "api-canary")) {
            world.edit(
                    Kind.DEPLOYMENT,
                    name,
                    d -> d.withObject("/spec/template/metadata/labels").put("team", "shop"));
        }
        world.edit(
                Kind.SERVICE,
                "api",
                s -> s.withObject("/spec")
                        .set("selector", Cluster.JSON.createObjectNode().put("team", "shop")));
        says(
                release.only("endpoints"),
                PreflightFinding.Severity.ERROR,
                "Service shop/api (stable) also selects the pods of Deployment shop/api-canary: team=shop is a label of both",
                "kubectl -n shop patch service api --type=merge -p '{\"spec\":{\"selector\":{\"app\":\"api\"}}}'");
    }

    /** Neither selector matches the other version's template, and both match a third workload's pods. */
    @Test
    void endpointsOfAThirdWorkload() throws Exception {
        world.create(KubeWorld.version("other", "api:0", 1).replaceAll("(?s)---.*", ""));
        for (String name : List.of("api", "api-canary")) {
            world.edit(
                    Kind.DEPLOYMENT,
                    "other",
                    d -> d.withObject("/spec/template/metadata/labels").put("of-" + name, "yes"));
            world.edit(
                    Kind.SERVICE,
                    name,
                    s -> s.withObject("/spec")
                            .set("selector", Cluster.JSON.createObjectNode().put("of-" + name, "yes")));
        }
        world.moveOn();
        says(
                release.only("endpoints"),
                PreflightFinding.Severity.ERROR,
                "Service shop/api and Service shop/api-canary both send to pod other-0");
    }

    /** A mesh injects its sidecar into one of the two, or somebody added an exporter to the canary only. */
    @Test
    void containers() throws Exception {
        release.fine("containers");
        world.edit(
                Kind.DEPLOYMENT,
                "api-canary",
                d -> ((ArrayNode) d.at("/spec/template/spec/containers"))
                        .addObject()
                        .put("name", "exporter")
                        .put("image", "exporter:1"));
        says(
                release.only("containers"),
                PreflightFinding.Severity.WARNING,
                "Deployment shop/api-canary",
                "exporter",
                "kubectl -n shop edit deployments.apps/api");
    }

    @Test
    void minReady() throws Exception {
        release.fine("min-ready");
        world.edit(Kind.DEPLOYMENT, "api", d -> d.withObject("/spec").put("minReadySeconds", 5));
        says(
                release.only("min-ready"),
                PreflightFinding.Severity.WARNING,
                "minReadySeconds 5",
                "'{\"spec\":{\"minReadySeconds\":30}}'");
    }

    @Test
    void terminationGrace() throws Exception {
        release.fine("termination-grace");
        says(
                release.findings("termination-grace", ", drainTimeout: 90s").get(0),
                PreflightFinding.Severity.WARNING,
                "after 60 s, and the ingress drains for 1 min 30 s",
                "\"terminationGracePeriodSeconds\":90");
        world.edit(
                Kind.DEPLOYMENT,
                "api",
                d -> d.withObject("/spec/template/spec").remove("terminationGracePeriodSeconds"));
        says(release.only("termination-grace"), PreflightFinding.Severity.WARNING, "after 30 s");
    }

    @Test
    void horizontalAutoscaler() throws Exception {
        release.create(
                PreflightWorld.HPA, "other", "{scaleTargetRef: {kind: Deployment, name: other}, maxReplicas: 9}");
        release.create(
                PreflightWorld.HPA,
                "pinned",
                "{scaleTargetRef: {kind: Deployment, name: api-canary}, minReplicas: 2, maxReplicas: 2}");
        release.fine("hpa");
        release.create(PreflightWorld.HPA, "api", "{scaleTargetRef: {kind: Deployment, name: api}, maxReplicas: 9}");
        says(
                release.only("hpa"),
                PreflightFinding.Severity.WARNING,
                "may scale Deployment shop/api from 1 to 9 pods",
                "kubectl -n shop patch hpa api -p '{\"spec\":{\"minReplicas\":2,\"maxReplicas\":2}}'");
    }

    /** There even one that stands still is in the way, and nothing is pinned. */
    @Test
    void horizontalAutoscalerWhereTheDriverScalesStable() throws Exception {
        String driver = "gatewayApi: { httpRoute: api, canary: { create: true, dynamicStableScale: true }, ";
        release.create(
                PreflightWorld.HPA,
                "api",
                "{scaleTargetRef: {kind: Deployment, name: api}, minReplicas: 2, maxReplicas: 2}");
        List<PreflightFinding> found =
                release.preflight("r1", "{ checks: [hpa] }", driver).look();
        assertEquals(1, found.size());
        says(
                found.get(0),
                PreflightFinding.Severity.ERROR,
                "scales Deployment shop/api",
                "dynamicStableScale sets the number of its pods too",
                "kubectl -n shop delete hpa api");
        assertEquals(
                List.of(),
                release.preflight("r1", "{ checks: [hpa], fix: true }", driver).applyFixes());
    }

    /** It must stand still, but not at one number. */
    @Test
    void horizontalAutoscalerWhereThePodsAreTheWeight() throws Exception {
        String driver = "deployment: { replicas: 10, ";
        release.create(
                PreflightWorld.HPA,
                "api",
                "{scaleTargetRef: {kind: Deployment, name: api}, minReplicas: 2, maxReplicas: 2}");
        String spec = "{\"minReplicas\":1,\"maxReplicas\":10,\"behavior\":{\"scaleUp\":{\"selectPolicy\":\"Disabled\"},"
                + "\"scaleDown\":{\"selectPolicy\":\"Disabled\"}}}";
        List<PreflightFinding> found =
                release.preflight("r1", "{ checks: [hpa] }", driver).look();
        assertEquals(1, found.size());
        says(
                found.get(0),
                PreflightFinding.Severity.ERROR,
                "numbers of pods are the weight",
                "kubectl -n shop patch hpa api -p '{\"spec\":" + spec + "}'",
                "preflight: { fix: true }");
        ObjectNode still = (ObjectNode) Cluster.JSON.readTree(spec);
        world.edit(PreflightWorld.HPA, "api", hpa -> hpa.withObject("/spec").setAll(still));
        assertEquals(
                List.of(), release.preflight("r1", "{ checks: [hpa] }", driver).look());
        says(
                release.preflight("r1", "{ checks: [hpa] }", "deployment: { replicas: 20, ")
                        .look()
                        .get(0),
                PreflightFinding.Severity.ERROR,
                "\"maxReplicas\":20");
    }

    @Test
    void verticalAutoscaler() throws Exception {
        release.create(
                PreflightWorld.VPA,
                "off",
                "{targetRef: {kind: Deployment, name: api}, updatePolicy: {updateMode: 'Off'}}");
        release.fine("vpa");
        release.create(PreflightWorld.VPA, "api", "{targetRef: {kind: Deployment, name: api-canary}}");
        says(release.only("vpa"), PreflightFinding.Severity.WARNING, "updateMode Recreate", "patch vpa api", "\"Off\"");
    }

    @Test
    void disruptionBudget() throws Exception {
        release.fine("pdb");
        world.delete(PreflightWorld.BUDGET, "api-canary");
        says(
                release.only("pdb"),
                PreflightFinding.Severity.WARNING,
                "Deployment shop/api-canary has no PodDisruptionBudget",
                "kubectl -n shop create pdb api-canary --selector=app=api-canary --max-unavailable=1");
    }

    private KubeObject certificate(String name, String secret, String ready, Instant until) throws Exception {
        KubeObject made = release.create(PreflightWorld.CERTIFICATE, name, "{secretName: " + secret + "}");
        world.putStatus(made, status -> {
            status.putArray("conditions")
                    .addObject()
                    .put("type", "Ready")
                    .put("status", ready)
                    .put("message", "issuing");
            status.put("notAfter", until.toString());
        });
        return made;
    }

    @Test
    void certificates() throws Exception {
        certificate("good", "api-tls", "True", Instant.now().plusSeconds(86_400));
        release.fine("certificates");
        certificate("late", "api-tls", "False", Instant.now().plusSeconds(86_400));
        says(
                release.only("certificates"),
                PreflightFinding.Severity.ERROR,
                "Certificate shop/late is not Ready: issuing",
                "kubectl -n shop wait --for=condition=Ready");
        world.delete(PreflightWorld.CERTIFICATE, "late");
        certificate("short", "elsewhere-tls", "True", Instant.now().plusSeconds(600));
        says(
                release.only("certificates"),
                PreflightFinding.Severity.WARNING,
                "expires at",
                "the rollout may take 1 h 10 min");
    }

    @Test
    void databaseConnections() throws Exception {
        release.fine("database", ", database: { maxConnections: 100, pool: DB_POOL }");
        PreflightFinding tooMany = release.only("database", ", database: { maxConnections: 99, pool: DB_POOL }");
        says(
                tooMany,
                PreflightFinding.Severity.ERROR,
                "needs up to 100 database connections",
                "3 pods of api x 20, 2 pods of api-canary x 20",
                "there are 99");
        says(
                release.only("database", ", database: { maxConnections: 9, pool: 2 }"),
                PreflightFinding.Severity.ERROR,
                "up to 10");
        says(
                release.findings("database", ", database: { maxConnections: 9, pool: NOT_SET }")
                        .get(0),
                PreflightFinding.Severity.WARNING,
                "no environment variable NOT_SET");
    }

    private void pod(String name, String ready, String waiting) throws Exception {
        ObjectNode tree = Cluster.JSON.createObjectNode();
        tree.withObject("/metadata/labels").put("app", "api-canary");
        world.admin().create(world.ref(PreflightWorld.POD, name), tree);
        world.putStatus(world.get(PreflightWorld.POD, name), status -> {
            status.putArray("conditions").addObject().put("type", "Ready").put("status", ready);
            status.putArray("containerStatuses")
                    .addObject()
                    .put("image", "registry/api:v2")
                    .withObject("/state/waiting")
                    .put("reason", waiting)
                    .put("message", "no such tag");
        });
    }

    @Test
    void imageAndPods() throws Exception {
        pod("one", "True", "");
        says(release.only("image"), PreflightFinding.Severity.ERROR, "has 1 of 2 pods ready", "rollout status");
        pod("two", "True", "");
        release.fine("image");
        pod("three", "False", "ImagePullBackOff");
        says(
                release.only("image"),
                PreflightFinding.Severity.ERROR,
                "cannot get the image registry/api:v2: no such tag",
                "kubectl -n shop describe pod three");
    }

    @Test
    void argoCdOwnsTheRoute() throws Exception {
        release.fine("gitops");
        world.annotate(
                KubeWorld.HTTP_ROUTE,
                "api",
                "argocd.argoproj.io/tracking-id",
                "shop-prod:gateway.networking.k8s.io/HTTPRoute:shop/api");
        says(
                release.only("gitops"),
                PreflightFinding.Severity.WARNING,
                "HTTPRoute shop/api belongs to the Argo CD application shop-prod");
        world.edit(
                Kind.DEPLOYMENT,
                "api",
                d -> d.withObject("/metadata/labels").put("argocd.argoproj.io/instance", "shop-prod"));
        PreflightFinding both = release.only("gitops");
        assertEquals("HTTPRoute shop/api, Deployment shop/api", both.object());
        assertEquals("""
                # in the Application; or for the time of the rollout: argocd app set shop-prod --sync-policy none
                spec:
                  ignoreDifferences:
                  - group: 'gateway.networking.k8s.io'
                    kind: HTTPRoute
                    name: api
                    namespace: shop
                    jqPathExpressions:
                    - '.spec.rules[].backendRefs'
                  - group: 'apps'
                    kind: Deployment
                    name: api
                    namespace: shop
                    jqPathExpressions:
                    - '.spec.replicas'
                    - '.spec.template.spec.containers[].image'
                  syncPolicy:
                    syncOptions: [RespectIgnoreDifferences=true]""", both.remedy());
    }

    @Test
    void fluxOwnsTheDeployment() throws Exception {
        world.edit(
                Kind.DEPLOYMENT,
                "api",
                d -> d.withObject("/metadata/labels")
                        .put("kustomize.toolkit.fluxcd.io/name", "apps")
                        .put("kustomize.toolkit.fluxcd.io/namespace", "flux-system"));
        says(
                release.only("gitops"),
                PreflightFinding.Severity.WARNING,
                "the Flux Kustomization flux-system/apps",
                "flux suspend kustomization apps -n flux-system");
        assertEquals("""
                spec:
                  ignore:
                  - paths: [/spec/replicas, /spec/template/spec/containers/0/image]
                    target: {group: 'apps', kind: Deployment, name: api, namespace: shop}""", release.only("gitops").remedy().split("\n", 2)[1]);
        world.annotate(Kind.DEPLOYMENT, "api", "kustomize.toolkit.fluxcd.io/reconcile", "disabled");
        release.fine("gitops");
        world.annotate(Kind.DEPLOYMENT, "api", "kustomize.toolkit.fluxcd.io/reconcile", null);
        world.annotate(Kind.DEPLOYMENT, "api", "kustomize.toolkit.fluxcd.io/ssa", "IfNotPresent");
        release.fine("gitops");
    }

    @Test
    void aHelmReleaseOfFluxOwnsTheDeployment() throws Exception {
        world.edit(
                Kind.DEPLOYMENT,
                "api",
                d -> d.withObject("/metadata/labels")
                        .put("helm.toolkit.fluxcd.io/name", "api")
                        .put("helm.toolkit.fluxcd.io/namespace", "shop"));
        PreflightFinding found = release.only("gitops");
        assertEquals("belongs to the Flux HelmRelease shop/api", found.what());
        assertEquals("""
                # in the HelmRelease; or for the time of the rollout: flux suspend helmrelease api -n shop
                spec:
                  driftDetection:
                    ignore:
                    - paths: [/spec/replicas, /spec/template/spec/containers/0/image]
                      target: {group: 'apps', kind: Deployment, name: api, namespace: shop}""", found.remedy());
    }

    @Test
    void whatCannotBeLookedAtIsAWarningThatNamesTheRight() throws Exception {
        world.plant(r -> r.getPath().contains("/horizontalpodautoscalers")
                ? MockWorld.status(403, "Forbidden", "User \"ci\" cannot list resource", "")
                : null);
        says(
                release.only("hpa"),
                PreflightFinding.Severity.WARNING,
                "could not be made",
                "resources: [horizontalpodautoscalers], verbs: [list]");
    }

    @Test
    void allOfItTogetherOnASoundRelease() throws Exception {
        world.allowAllBut("nothing at all");
        pod("one", "True", "");
        pod("two", "True", "");
        List<PreflightFinding> found = release.preflight("r1", "{ database: { maxConnections: 100, pool: DB_POOL } }")
                .look();
        assertEquals(List.of(), found);
    }
}
