package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.trial.Trial;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The gates of all rollouts that this process drives, for whatever takes Flagger's requests here: it hands over the last
 * part of the path and the body, and gives back what it gets. Nobody is believed who does not send the plan's token.
 * Safe for use by any thread; an answer may block on the cluster.
 */
public final class FlaggerGates {

    /** Flagger's payload is a few hundred bytes. */
    public static final int LONGEST_BODY = 65_536;

    /** Characters of a token; a shorter one can be guessed. */
    static final int SHORTEST_TOKEN = 16;

    private static final List<Open> OPEN = new CopyOnWriteArrayList<>();

    private FlaggerGates() {}

    /**
     * @param status an HTTP status; Flagger takes up to 202 as yes, everything else as no
     * @param text why, for people: it is in Flagger's log
     */
    public record Answer(int status, String text) {}

    /** What one rollout says to one of Flagger's questions. */
    @FunctionalInterface
    interface Gate {
        /** Null for yes; else why not. */
        String refusal(FlaggerGate.Hook hook) throws RouterException;
    }

    private record Open(String namespace, String canary, byte[] token, Gate gate) {}

    /**
     * Opens a gate until the result is run.
     *
     * @throws RouterException when the token is too short to keep strangers out
     */
    static Runnable open(String namespace, String canary, String token, Gate gate) throws RouterException {
        requireLong(token);
        Open open = new Open(namespace, canary, token.getBytes(StandardCharsets.UTF_8), gate);
        OPEN.add(open);
        return () -> OPEN.remove(open);
    }

    /** @throws RouterException when the token is too short to keep strangers out */
    static void requireLong(String token) throws RouterException {
        if (token.strip().length() < SHORTEST_TOKEN) {
            throw RouterException.permanent(
                    "webhook.token: the secret has " + token.strip().length() + " characters, and at "
                            + "least " + SHORTEST_TOKEN
                            + " are needed; make one with 'openssl rand -hex 32', and put it into the "
                            + "metadata of the Canary's webhooks as well");
        }
    }

    /**
     * @param type the type of the webhook, such as {@code confirm-promotion}
     * @param body the JSON that Flagger posts
     */
    public static Answer answer(String type, byte[] body) {
        FlaggerGate.Hook hook = FlaggerGate.Hook.named(type);
        if (hook == null) {
            return new Answer(404, "there is no webhook " + type + " here");
        }
        if (body.length > LONGEST_BODY) {
            return new Answer(413, "that is longer than any question of Flagger's");
        }
        JsonNode asked;
        try {
            asked = BoundedJson.MAPPER.readTree(body);
        } catch (IOException notJson) {
            return new Answer(400, "that is not JSON");
        }
        byte[] token = asked.path("metadata").path("token").asText().getBytes(StandardCharsets.UTF_8);
        for (Open open : OPEN) {
            boolean meant = open.namespace.equals(asked.path("namespace").asText())
                    && open.canary.equals(asked.path("name").asText());
            if (meant && MessageDigest.isEqual(open.token, token)) {
                return answer(open.gate, hook);
            }
        }
        // The same words whether the Canary or the token is not known: they are a stranger's.
        return new Answer(401, "no rollout of that Canary with that token is under way here");
    }

    private static Answer answer(Gate gate, FlaggerGate.Hook hook) {
        try {
            String refusal = gate.refusal(hook);
            return refusal == null ? new Answer(200, "yes") : new Answer(403, refusal);
        } catch (RouterException e) {
            return new Answer(403, "not known: " + e.getMessage());
        }
    }

    /**
     * What Flagger may do, decided from what is in the cluster alone: the record on the Deployment says what the rollout
     * wants. So any process with the cluster at hand gives the same answer, also after a crash.
     */
    record FlaggerGate(FlaggerState state) {

        /** The webhooks that Flagger asks, by the names of their types. */
        enum Hook {
            CONFIRM_ROLLOUT("confirm-rollout"),
            CONFIRM_TRAFFIC_INCREASE("confirm-traffic-increase"),
            CONFIRM_PROMOTION("confirm-promotion"),
            ROLLBACK("rollback");

            private final String type;

            Hook(String type) {
                this.type = type;
            }

            String type() {
                return type;
            }

            /** Null when there is no such hook. */
            static Hook named(String type) {
                for (Hook hook : values()) {
                    if (hook.type.equals(type)) {
                        return hook;
                    }
                }
                return null;
            }
        }

        /** Null when Flagger may; else why it may not, for people. */
        String refusal(Hook hook) {
            if (state.takingBack()) {
                return hook == Hook.ROLLBACK ? "the version before is on its way back" : null;
            }
            if (hook == Hook.ROLLBACK) {
                return rollback() ? null : "nobody asked for a rollback";
            }
            if (hook == Hook.CONFIRM_ROLLOUT && rollback()) {
                return null; // only a release that has begun can be rolled back
            }
            if (!state.trying()) {
                return "no rollout of " + state.template().image() + " is under way here";
            }
            Trial trial = state.template().trial();
            if (trial.wanted().isZero()) {
                return "the rollout of " + trial.version() + " is being taken back";
            }
            return switch (hook) {
                case CONFIRM_TRAFFIC_INCREASE -> {
                    int next = state.steps().after(state.weight());
                    boolean up = next > state.weight();
                    yield up && next * 10 > trial.wanted().tenths()
                            ? "the phase has " + trial.wanted() + ", and " + next + "% is more"
                            : null;
                }
                case CONFIRM_PROMOTION ->
                    trial.stage() == Trial.Stage.PROMOTING ? null : "the rollout has not come to its promotion";
                default -> null;
            };
        }

        /** Asked for, or of a version that somebody put back while Flagger was at it. */
        private boolean rollback() {
            return state.trying() && state.template().trial().wanted().isZero()
                    || state.template().restored() && !state.promoted();
        }
    }
}
