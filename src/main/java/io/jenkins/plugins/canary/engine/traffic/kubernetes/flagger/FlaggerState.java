package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.TrialTemplate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What was seen of a Canary: Flagger's status, the weight in the route, and the two Deployments.
 *
 * @param weight percent of the requests that go to the Deployment under analysis, from the route where there is one that
 *     this driver can read, since the status lags and reads 0 while Flagger waits for a promotion
 * @param caughtUp whether Flagger has seen the target hold what it promoted last, and nothing newer
 * @param canaryReady whether all pods of the Deployment under analysis are available: Flagger asks no gate before
 * @param primaryImage the image that the primary Deployment runs; "" before there is one
 */
record FlaggerState(
        Phase phase,
        int weight,
        int failedChecks,
        String says,
        FlaggerSteps steps,
        TrialTemplate.Now template,
        boolean caughtUp,
        boolean canaryReady,
        String primaryImage) {

    /** The words of status.phase. */
    enum Phase {
        INITIALIZING,
        INITIALIZED,
        WAITING,
        PROGRESSING,
        WAITINGPROMOTION,
        PROMOTING,
        FINALISING,
        SUCCEEDED,
        FAILED,
        TERMINATING,
        TERMINATED;

        static Phase of(String word) {
            for (Phase phase : values()) {
                if (phase.name().equalsIgnoreCase(word)) {
                    return phase;
                }
            }
            return INITIALIZING;
        }

        boolean atRest() {
            return this == INITIALIZED || this == SUCCEEDED || this == FAILED;
        }

        /** Flagger asks its gates, and can be told to roll back. */
        boolean underAnalysis() {
            return this == WAITING || this == PROGRESSING || this == WAITINGPROMOTION;
        }
    }

    /** @param route percent in the route; null when there is none that can be read */
    static FlaggerState of(
            KubeObject canary, Integer route, TrialTemplate.Now template, boolean canaryReady, String primaryImage) {
        JsonNode status = canary.status();
        Phase phase = Phase.of(status.path("phase").asText());
        FlaggerSteps steps = FlaggerSteps.of(canary.spec().path("analysis"));
        int told = phase == Phase.WAITINGPROMOTION
                ? steps.max()
                : status.path("canaryWeight").asInt();
        String says = canary.condition("Promoted").path("message").asText().replaceAll("\\s+", " ");
        return new FlaggerState(
                phase,
                route == null ? told : route,
                status.path("failedChecks").asInt(),
                says,
                steps,
                template,
                status.path("lastAppliedSpec").equals(status.path("lastPromotedSpec")),
                canaryReady,
                primaryImage);
    }

    boolean trying() {
        return template.trying();
    }

    /** This rollout's version is the primary now. */
    boolean promoted() {
        return template.trial() != null
                && primaryImage.equals(template.trial().to())
                && !template.trial().to().equals(template.trial().from());
    }

    /** The version under trial has become the primary, and the one before is on its way back through an analysis. */
    boolean takingBack() {
        return template.restored() && promoted();
    }

    /** {@code progressing, 2 failed checks: ...}. */
    String detail() {
        if (phase == Phase.INITIALIZED || phase == Phase.SUCCEEDED) {
            return "";
        }
        return phase.name().toLowerCase(Locale.ROOT) + " at " + weight + "%"
                + (failedChecks == 0 ? "" : ", " + failedChecks + " failed checks")
                + (says.isEmpty() ? "" : ": " + says);
    }

    Observation observation() {
        List<String> warnings = new ArrayList<>();
        if (template.replaced()) {
            warnings.add(template.replacedWarning());
            return seen(0, phase != Phase.PROMOTING, false, warnings);
        }
        if (trying()) {
            return trying(warnings);
        }
        if (takingBack()) {
            return seen(100 - weight, false, false, warnings);
        }
        return seen(weight, phase.atRest(), false, warnings);
    }

    private Observation trying(List<String> warnings) {
        Trial trial = template.trial();
        if (promoted() && phase == Phase.SUCCEEDED) {
            return seen(100, true, true, warnings);
        }
        return switch (phase) {
            case PROGRESSING, WAITINGPROMOTION ->
                seen(
                        weight,
                        weight * 10 >= trial.wanted().tenths()
                                && !trial.wanted().isZero(),
                        false,
                        warnings);
            case FAILED -> {
                boolean certain =
                        trial.stage() != Trial.Stage.BEGUN && !trial.wanted().isZero();
                if (certain) {
                    warnings.add("Flagger has ended the release of " + trial.to() + " as failed"
                            + (says.isEmpty() ? "" : ": " + says));
                }
                yield seen(weight, certain, false, warnings);
            }
            default -> seen(weight, false, false, warnings);
        };
    }

    private Observation seen(int percent, boolean settled, boolean promoted, List<String> warnings) {
        return new Observation(Weight.ofPercent(percent), settled, promoted, null, detail(), warnings);
    }

    /** The canary's share in the route that Flagger made, which is what users get, whatever the status says. */
    record RouteWeight(Cluster cluster, KubeObject canary) {

        /** In percent; null where Flagger's provider keeps it elsewhere, or there is no route yet. */
        Integer percent() throws RouterException {
            Kind kind = kind();
            if (kind == Kind.HTTP_ROUTE) {
                return share(Kind.HTTP_ROUTE, "/spec/rules", "backendRefs", "/name");
            }
            return kind == Kind.VIRTUAL_SERVICE
                    ? share(Kind.VIRTUAL_SERVICE, "/spec/http", "route", "/destination/host")
                    : null;
        }

        /** What kind of route Flagger makes; null where its provider keeps the weight elsewhere. */
        Kind kind() {
            String provider = canary.spec().path("provider").asText();
            if (provider.startsWith("gatewayapi")
                    || canary.spec().path("service").hasNonNull("gatewayRefs")) {
                return Kind.HTTP_ROUTE;
            }
            boolean istio = provider.startsWith("istio")
                    || canary.spec().path("service").hasNonNull("gateways");
            return istio ? Kind.VIRTUAL_SERVICE : null;
        }

        /** Of several rules the one that gives the canary most counts. */
        private Integer share(Kind kind, String rules, String list, String service) throws RouterException {
            JsonNode spec = canary.spec();
            String apex =
                    spec.at("/service/name").asText(spec.at("/targetRef/name").asText());
            KubeObject route = cluster.find(canary.ref().beside(kind, apex)).orElse(null);
            if (route == null) {
                return null;
            }
            Integer most = null;
            boolean affinity = spec.at("/analysis/sessionAffinity").isObject();
            for (JsonNode rule : route.tree().at(rules)) {
                if (affinity && isSticky(rule)) {
                    continue;
                }
                int to = weight(rule.path(list), service, apex + "-canary");
                int other = weight(rule.path(list), service, apex + "-primary");
                if (to + other > 0) {
                    int percent = (int) Math.round(100.0 * to / (to + other));
                    most = most == null ? percent : Math.max(most, percent);
                }
            }
            return most;
        }

        /** Flagger's rule for users who have met the canary already: it sends all of theirs there, at any weight. */
        private static boolean isSticky(JsonNode rule) {
            for (JsonNode match : rule.path(rule.has("matches") ? "matches" : "match")) {
                JsonNode headers = match.path("headers");
                if (headers.has("Cookie") || headers.has("cookie")) {
                    return true;
                }
                for (JsonNode header : headers) {
                    if (header.path("name").asText().equalsIgnoreCase("cookie")) {
                        return true;
                    }
                }
            }
            return false;
        }

        private static int weight(JsonNode backends, String at, String service) {
            for (JsonNode backend : backends) {
                if (backend.at(at).asText().equals(service)) {
                    return backend.path("weight").asInt(1);
                }
            }
            return 0;
        }
    }
}
