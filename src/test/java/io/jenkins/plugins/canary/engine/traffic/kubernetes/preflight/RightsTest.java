package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.traffic.kubernetes.MockWorld;
import org.junit.jupiter.api.Test;

/** What the account of a rollout may not do is found before the rollout, with the Role that lets it. */
class RightsTest extends FurnishedRelease {

    @Test
    void rights() throws Exception {
        world.allowAllBut("nothing at all");
        release.fine("rights");
        world.heal();
        world.allowAllBut("\"resource\":\"httproutes\",\"verb\":\"update\"");
        PreflightFinding missing = release.only("rights");
        ChecksTest.says(
                missing,
                PreflightFinding.Severity.ERROR,
                "the account in namespace shop may not update httproutes.gateway.networking.k8s.io api");
        assertEquals("""
                kubectl apply -f - <<'EOF'
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: canary-release, namespace: shop}
                rules:
                - {apiGroups: [""], resources: [services], verbs: [get]}
                - {apiGroups: [""], resources: [configmaps], verbs: [get]}
                - {apiGroups: [""], resources: [secrets], verbs: [get]}
                - {apiGroups: [""], resources: [pods], verbs: [list]}
                - {apiGroups: ["apps"], resources: [deployments], resourceNames: [api, api-canary], verbs: [get, update]}
                - {apiGroups: ["coordination.k8s.io"], resources: [leases], resourceNames: [canary-api], verbs: [get, update]}
                - {apiGroups: ["coordination.k8s.io"], resources: [leases], verbs: [create]}
                - {apiGroups: ["discovery.k8s.io"], resources: [endpointslices], verbs: [list]}
                - {apiGroups: ["gateway.networking.k8s.io"], resources: [httproutes], resourceNames: [api], verbs: [get, update]}
                ---
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: canary-release, namespace: shop}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: canary-release}
                subjects:
                # fill in the account that the rollout uses
                - {kind: ServiceAccount, name: ACCOUNT, namespace: shop}
                EOF""", missing.remedy());
        assertEquals(missing.remedy(), missing.text().split("fix it with:\n", 2)[1], "as it can be pasted");
    }

    @Test
    void rightsOfAnAccountThatTheServerNames() throws Exception {
        world.allowAllBut("\"resource\":\"leases\"");
        calledBy("system:serviceaccount:ci:deployer");
        ChecksTest.says(
                release.only("rights"),
                PreflightFinding.Severity.ERROR,
                "the account system:serviceaccount:ci:deployer in namespace shop",
                "- {kind: ServiceAccount, name: deployer, namespace: ci}");
        world.heal();
        world.allowAllBut("\"resource\":\"leases\"");
        calledBy("ada's laptop");
        ChecksTest.says(
                release.only("rights"),
                PreflightFinding.Severity.ERROR,
                "- {apiGroup: rbac.authorization.k8s.io, kind: User, name: 'ada''s laptop'}");
    }

    @Test
    void rightsWithoutWhichARolloutTellsLess() throws Exception {
        world.allowAllBut("\"resource\":\"pods\"");
        ChecksTest.says(
                release.only("rights"), PreflightFinding.Severity.WARNING, "may not list pods", "kind: RoleBinding");
    }

    private void calledBy(String user) {
        world.plant(r -> r.getPath().endsWith("/selfsubjectreviews")
                ? MockWorld.created("{\"status\": {\"userInfo\": {\"username\": \"" + user + "\"}}}")
                : null);
    }
}
