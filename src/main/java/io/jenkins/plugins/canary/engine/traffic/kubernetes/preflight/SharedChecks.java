package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.ClusterContext.PodOwner;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightCheck.Findings;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** Checks of what both versions share: endpoints, certificates, and the connections of a database. */
final class SharedChecks {

    static final Kind CERTIFICATE = new Kind("cert-manager.io", "v1", "Certificate", "certificates");

    /** Of a Deployment's rolling update, when nothing is said. */
    private static final String SURGE = "25%";

    private SharedChecks() {}

    /** The requests of each version may be sent to its Service, and reach its own pods alone. */
    static void endpoints(ClusterContext context, Findings found) throws RouterException {
        context.missingGrants()
                .forEach(missing -> found.error(missing.route(), missing.what(), missing.why(), missing.remedy()));
        context.sharedPods()
                .ifPresent(shared -> found.error(shared.object(), shared.what(), shared.why(), shared.remedy()));
    }

    /** Nothing else has the canary's name. */
    static void canary(ClusterContext context, Findings found) throws RouterException {
        context.canaryClash()
                .ifPresent(clash -> found.error(clash.object(), clash.what(), clash.why(), clash.remedy()));
    }

    /** The controller that moves the traffic leaves to the rollout what the rollout decides. */
    static void controller(ClusterContext context, Findings found) throws RouterException {
        context.controllerSettings().forEach(setting -> {
            PreflightFinding.Severity told =
                    setting.remedy().isEmpty() ? PreflightFinding.Severity.NOTE : PreflightFinding.Severity.WARNING;
            found.add(
                    setting.blocks() ? PreflightFinding.Severity.ERROR : told,
                    setting.object(),
                    setting.what(),
                    setting.why(),
                    setting.remedy());
        });
    }

    /** Certificates are there, and stay valid until the rollout is over. */
    static void certificates(ClusterContext context, Findings found) throws RouterException {
        for (KubeObject certificate : context.cluster().listKnown(CERTIFICATE, context.namespace())) {
            String wrong = wrong(certificate, context);
            if (wrong == null) {
                continue;
            }
            String name = certificate.ref().name();
            boolean used = used(certificate.spec().path("secretName").asText(), context);
            found.add(
                    used ? PreflightFinding.Severity.ERROR : PreflightFinding.Severity.WARNING,
                    certificate.ref(),
                    wrong,
                    "pods that start during the rollout load it, and every TLS connection to them fails",
                    context.kubectl() + " wait --for=condition=Ready --timeout=5m certificate/" + name
                            + "  # or cmctl renew " + name);
        }
    }

    /** Null when nothing is. */
    private static String wrong(KubeObject certificate, ClusterContext context) {
        JsonNode ready = certificate.condition("Ready");
        if (!ready.path("status").asText().equals("True")) {
            String why = ready.path("message").asText(ready.path("reason").asText());
            return "is not Ready: " + (ready.isMissingNode() ? "its status says nothing" : why);
        }
        String until = certificate.status().path("notAfter").asText();
        try {
            boolean early = !until.isEmpty()
                    && Instant.parse(until).isBefore(context.now().plus(context.lasts()));
            return early ? "expires at " + until + ", and the rollout may take " + Units.print(context.lasts()) : null;
        } catch (DateTimeParseException e) {
            return "expires at a time that cannot be read: " + until;
        }
    }

    /** Whether the pods mount it, or the route serves it. */
    private static boolean used(String secret, ClusterContext context) throws RouterException {
        for (PodOwner version : context.versions()) {
            for (JsonNode volume : version.pod().path("volumes")) {
                if (volume.at("/secret/secretName").asText().equals(secret)) {
                    return true;
                }
            }
        }
        for (ObjectRef carrier : context.objects().carriers()) {
            for (JsonNode tls : context.cluster().get(carrier).spec().path("tls")) {
                if (tls.path("secretName").asText().equals(secret)) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Both versions at once, and the pods that a promotion adds, fit into the database's connections. */
    static void connections(ClusterContext context, Findings found) throws RouterException {
        PreflightSettings.Database database = context.plan().database();
        if (database == null) {
            return;
        }
        long connections = 0;
        List<String> sum = new ArrayList<>();
        for (PodOwner version : context.versions()) {
            OptionalLong pool = pool(version, database.pool());
            if (pool.isEmpty()) {
                found.warning(
                        version.ref(),
                        "has no environment variable " + database.pool() + " with a number in it",
                        "whether both versions together have enough connections is not known",
                        context.kubectl() + " set env " + version.named() + " " + database.pool() + "=20");
                continue;
            }
            boolean isStable = version.ref().equals(context.objects().stable());
            int pods = version.replicas() + (isStable ? surge(version) : 0);
            connections += pods * pool.getAsLong();
            sum.add(pods + " pods of " + version.ref().name() + " x " + pool.getAsLong());
        }
        if (connections > database.maxConnections()) {
            found.error(
                    context.objects().target(),
                    "needs up to " + connections + " database connections (" + String.join(", ", sum)
                            + "), and there are " + database.maxConnections(),
                    "old pods keep theirs while new ones open their own: past the maximum every request that needs one fails,"
                            + " on both versions",
                    "make the pools smaller, run fewer pods, or raise the database's maximum to " + connections);
        }
    }

    private static OptionalLong pool(PodOwner version, String pool) {
        if (pool.matches("\\d{1,9}")) {
            return OptionalLong.of(Long.parseLong(pool));
        }
        for (JsonNode container : version.pod().path("containers")) {
            for (JsonNode variable : container.path("env")) {
                if (variable.path("name").asText().equals(pool)
                        && variable.path("value").asText().matches("\\d{1,9}")) {
                    return OptionalLong.of(variable.path("value").asLong());
                }
            }
        }
        return OptionalLong.empty();
    }

    /** The pods that a rolling update adds before it takes old ones away, rounded up as the controller does. */
    private static int surge(PodOwner version) {
        String surge =
                version.object().spec().at("/strategy/rollingUpdate/maxSurge").asText(SURGE);
        String digits = surge.replace("%", "");
        if (!digits.matches("\\d{1,6}")) {
            return 0;
        }
        int number = Integer.parseInt(digits);
        return surge.endsWith("%") ? (int) Math.ceil(version.replicas() * number / 100.0) : number;
    }
}
