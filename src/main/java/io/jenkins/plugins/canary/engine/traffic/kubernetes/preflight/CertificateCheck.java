package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;

/** Certificates are there, and stay valid until the rollout is over. */
final class CertificateCheck implements PreflightCheck {

    private static final Kind CERTIFICATE = new Kind("cert-manager.io", "v1", "Certificate", "certificates");

    @Override
    public String name() {
        return "certificates";
    }

    @Override
    public List<Right> rights(boolean fix) {
        return Right.on(CERTIFICATE, "list");
    }

    @Override
    public List<PreflightFinding> look(ClusterContext clusterContext) throws RouterException {
        List<PreflightFinding> found = new ArrayList<>();
        for (KubeObject certificate : clusterContext.cluster().listKnown(CERTIFICATE, clusterContext.namespace())) {
            String wrong = wrong(certificate, clusterContext);
            if (wrong == null) {
                continue;
            }
            boolean used = used(certificate.spec().path("secretName").asText(), clusterContext);
            found.add(new PreflightFinding(
                    name(),
                    used ? PreflightFinding.Severity.ERROR : PreflightFinding.Severity.WARNING,
                    certificate.ref().toString(),
                    wrong,
                    "pods that start during the rollout load it, and every TLS connection to them fails",
                    clusterContext.kubectl() + " wait --for=condition=Ready --timeout=5m certificate/"
                            + certificate.ref().name() + "  # or cmctl renew "
                            + certificate.ref().name()));
        }
        return found;
    }

    /** Null when nothing is. */
    private static String wrong(KubeObject certificate, ClusterContext clusterContext) {
        boolean ready = false;
        String why = "its status says nothing";
        for (JsonNode condition : certificate.status().path("conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                ready = condition.path("status").asText().equals("True");
                why = condition.path("message").asText(condition.path("reason").asText());
            }
        }
        if (!ready) {
            return "is not Ready: " + why;
        }
        String until = certificate.status().path("notAfter").asText();
        try {
            boolean early = !until.isEmpty()
                    && Instant.parse(until).isBefore(clusterContext.now().plus(clusterContext.lasts()));
            return early
                    ? "expires at " + until + ", and the rollout may take " + Units.print(clusterContext.lasts())
                    : null;
        } catch (DateTimeParseException e) {
            return "expires at a time that cannot be read: " + until;
        }
    }

    /** Whether the pods mount it, or the route serves it. */
    private static boolean used(String secret, ClusterContext clusterContext) throws RouterException {
        for (PodOwner version : clusterContext.versions()) {
            for (JsonNode volume : version.pod().path("volumes")) {
                if (volume.path("secret").path("secretName").asText().equals(secret)) {
                    return true;
                }
            }
        }
        if (clusterContext.clusterContext().carrier() == null) {
            return false;
        }
        for (JsonNode tls : clusterContext
                .cluster()
                .get(clusterContext.clusterContext().carrier())
                .spec()
                .path("tls")) {
            if (tls.path("secretName").asText().equals(secret)) {
                return true;
            }
        }
        return false;
    }
}
