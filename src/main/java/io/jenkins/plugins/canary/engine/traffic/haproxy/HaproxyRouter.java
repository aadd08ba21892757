package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.haproxy.Backend.Server;
import io.jenkins.plugins.canary.engine.traffic.haproxy.HaproxyDriver.HaproxySettings;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Splits requests by the weights of two servers of one HAProxy backend. HAProxy balances each request on its own, also
 * those that share a connection.
 *
 * <p>The weight in force is the share of the two servers' weights to the nearest tenth of a percent; every weight that
 * {@link HaproxySettings#refusal} lets pass is read back as itself. Weight 0 ends new requests, while running ones
 * finish; that is settled, and the detail tells how many still run. Weight 100 is promoted: making the new version the
 * one that the stable server runs is the deployment's own job.
 */
record HaproxyRouter(HaproxySettings settings, AddressPolicy addresses) implements TrafficRouter {

    private static final int LONGEST_SHOWN = 160;

    @Override
    public Observation observe() throws RouterException {
        Backend backend = read();
        Server canary = server(backend, settings.canary());
        Server stable = server(backend, settings.stable());
        Weight weight = new WeightPair(canary.weight(), stable.weight()).weight();
        Observation seen = new Observation(
                weight,
                canary.throttle() == 100 && stable.throttle() == 100,
                weight.equals(Weight.FULL),
                new Observation.Requests(canary.total(), stable.total()),
                describe(canary) + ", " + describe(stable),
                warnings(backend, canary, stable));
        return weight.isZero() ? seen : seen.withHealth(health(canary));
    }

    private static CanaryHealth health(Server canary) {
        return canary.serves()
                ? CanaryHealth.READY
                : new CanaryHealth(
                        CanaryHealth.State.DOWN, "HAProxy's server " + canary.name() + " is " + canary.status());
    }

    /** A share of the requests that two servers get is not the share that users see when a third one gets some. */
    private void refuseOthers(Backend backend) throws RouterException {
        for (Server server : backend.servers().values()) {
            if (!server.name().equals(settings.canary())
                    && !server.name().equals(settings.stable())
                    && server.getsRequests()) {
                throw RouterException.permanent(
                        "HAProxy's backend '" + backend.name() + "' also sends to the server "
                                + (addresses.mayQuote() ? name(server.name()) : "of another name")
                                + ", so a weight between " + settings.canary() + " and " + settings.stable()
                                + " would not be what users see; put each version behind one server, or set the others' weight to 0");
            }
        }
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        String refusal = settings.refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        Backend backend = read();
        Server canary = server(backend, settings.canary());
        Server stable = server(backend, settings.stable());
        if (!weight.isZero()) {
            refuseOthers(backend);
        }
        WeightPair now = new WeightPair(canary.weight(), stable.weight());
        WeightPair target = WeightPair.nearest(weight);
        if (target.share() > now.share() && !canary.serves()) {
            throw new RouterException("HAProxy's server " + name(settings.canary()) + " is " + canary.status()
                    + "; traffic is not shifted to a server that cannot serve it");
        }
        String answer = ask(now.stepsTo(target, stable.serves()).stream()
                .map(step -> set(step.track() == Track.CANARY ? settings.canary() : settings.stable(), step.weight()))
                .collect(Collectors.joining("; ")));
        if (!answer.isBlank()) {
            throw refused(answer);
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        shift(Weight.FULL);
    }

    /** @throws RouterException when this socket may look but not set weights */
    void requireAdmin() throws RouterException {
        String level = ask("show cli level").strip();
        if (level.equals("user") || level.equals("operator")) {
            throw denied(" but '" + level + "'");
        }
    }

    private String ask(String command) throws RouterException {
        return new RuntimeApi(settings.socket(), settings.timeout(), addresses).ask(command);
    }

    private Backend read() throws RouterException {
        return Backend.parse(settings.backend(), ask(Backend.question(settings.backend())));
    }

    private Server server(Backend backend, String server) throws RouterException {
        Server found = backend.servers().get(server);
        if (found == null) {
            throw RouterException.permanent("HAProxy's backend '" + backend.name() + "' has no server '" + server
                    + (addresses.mayQuote()
                            ? "', only " + String.join(", ", backend.servers().keySet())
                            : "'; it has " + backend.servers().size() + " others"));
        }
        return found;
    }

    private String set(String server, int weight) {
        return "set server " + name(server) + " weight " + weight;
    }

    private String name(String server) {
        return settings.backend() + "/" + server;
    }

    private RouterException refused(String answer) {
        if (answer.contains("Permission denied")) {
            return denied("");
        }
        if (answer.contains("static LB algorithm")) {
            return RouterException.permanent("HAProxy's backend '" + settings.backend() + "' balances with a static"
                    + " algorithm, whose weights cannot change; use 'balance roundrobin'");
        }
        return new RouterException("HAProxy refused the weights of " + name(settings.canary()) + " and "
                + name(settings.stable())
                + (addresses.mayQuote()
                        ? ": " + PlainText.clip(answer, LONGEST_SHOWN)
                        : "; its answer has " + answer.length() + " characters"));
    }

    private RouterException denied(String found) {
        return RouterException.permanent("HAProxy's socket " + settings.socket() + " is not of level admin" + found
                + ", so weights cannot be set; write 'stats socket ... level admin' in haproxy.cfg");
    }

    private static String describe(Server server) {
        return server.name() + " " + server.status() + " weight " + server.weight()
                + (server.weight() == 0 && server.sessions() > 0
                        ? ", " + Units.count(server.sessions(), "request") + " draining"
                        : "")
                + (server.throttle() < 100 ? ", starting slowly at " + server.throttle() + "%" : "");
    }

    private static List<String> warnings(Backend backend, Server canary, Server stable) {
        List<String> warnings = new ArrayList<>();
        for (Server server : List.of(canary, stable)) {
            if (server.weight() > 0 && !server.serves()) {
                warnings.add(
                        "server " + server.name() + " is " + server.status() + ": the other one gets its requests");
            }
        }
        if (canary.weight() == 0 && stable.weight() == 0) {
            warnings.add("both servers have weight 0: requests are refused");
        }
        if (!backend.cookie().isEmpty()) {
            warnings.add("cookie '" + backend.cookie() + "' ties clients to a server: the split is not by request, and"
                    + " tied clients stay with a server of weight 0");
        }
        backend.servers().values().stream()
                .filter(s -> !s.equals(canary) && !s.equals(stable) && s.getsRequests())
                .forEach(s -> warnings.add("server " + s.name() + " of the same backend gets requests too"));
        return warnings;
    }
}
