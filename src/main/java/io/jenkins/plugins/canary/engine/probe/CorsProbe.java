package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.probe.ProbeRequest.RequestBatch;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Cross-origin requests: no foreign origin may be allowed, by name or by a wildcard, and the service's own must be. Asked
 * as a plain request and as a preflight (Fetch standard, "CORS protocol"), for the foreign origin, for {@code null}, and
 * for origins that look like the allowed one to a careless comparison.
 *
 * @param allowed an origin that must be allowed; null when none is known
 */
public record CorsProbe(String name, Duration every, ProbeRequest probeRequest, String foreign, String allowed)
        implements Probe {

    private static final String ORIGIN = "Access-Control-Allow-Origin";
    private static final String PREFLIGHT = "a preflight";
    private static final String CREDENTIALS = "Access-Control-Allow-Credentials";

    /** The origins that must not be allowed. */
    List<String> origins() {
        Set<String> all = new LinkedHashSet<>();
        all.add(foreign);
        all.add("null");
        if (allowed != null) {
            URI own = URI.create(allowed);
            String port = own.getPort() < 0 ? "" : ":" + own.getPort();
            all.add(own.getScheme() + "://" + own.getHost() + ".foreign.example" + port);
            all.add(own.getScheme() + "://foreign-" + own.getHost() + port);
        }
        all.remove(allowed);
        return List.copyOf(all);
    }

    @Override
    public int requests() {
        return 2 * origins().size() + (allowed == null ? 0 : 2);
    }

    @Override
    public List<RequestBatch> batches(JwtReplayProbe.Tokens tokens) {
        List<RequestBatch> batches = new ArrayList<>();
        for (String origin : all()) {
            ProbeRequest with = probeRequest.with("Origin", origin);
            batches.add(RequestBatch.one(with));
            batches.add(RequestBatch.one(with.method("OPTIONS")
                    .unsigned()
                    .with("Access-Control-Request-Method", probeRequest.method())
                    .with("Access-Control-Request-Headers", "authorization")));
        }
        return batches;
    }

    private List<String> all() {
        List<String> all = new ArrayList<>(origins());
        if (allowed != null) {
            all.add(allowed);
        }
        return all;
    }

    @Override
    public boolean looksAt(String header) {
        return header.equalsIgnoreCase(ORIGIN) || header.equalsIgnoreCase(CREDENTIALS);
    }

    @Override
    public List<ProbeFinding> judge(List<List<ProbeResponse>> batches) {
        List<ProbeFinding> findings = new ArrayList<>();
        for (int i = 0; i < batches.size(); i++) {
            String origin = all().get(i / 2);
            ProbeResponse response = batches.get(i).get(0);
            if (response.answered()) {
                findings.add(
                        origin.equals(allowed)
                                ? own(response, kind(i))
                                : foreign(response, kind(i) + " from " + origin + " is not allowed", origin));
            }
        }
        return findings;
    }

    private static String kind(int batch) {
        return batch % 2 == 0 ? "a request" : PREFLIGHT;
    }

    private static ProbeFinding foreign(ProbeResponse response, String what, String origin) {
        String says = response.header(ORIGIN);
        boolean credentials = "true".equalsIgnoreCase(response.header(CREDENTIALS));
        if ("*".equals(says)) {
            return ProbeFinding.fail(
                    what,
                    credentials
                            ? "every origin is allowed by '*', with credentials"
                            : "every origin is allowed by '*'");
        }
        return origin.equals(says)
                ? ProbeFinding.fail(what, "it is allowed by name" + (credentials ? ", with credentials" : ""))
                : ProbeFinding.pass(
                        what, says == null ? "no origin is allowed" : "allowed is " + response.shown(ORIGIN));
    }

    /** A preflight counts for browsers only with a status of 2xx. */
    private ProbeFinding own(ProbeResponse response, String kind) {
        String what = kind + " from " + allowed + " is allowed";
        if (kind.equals(PREFLIGHT) && !response.is2xx()) {
            return ProbeFinding.fail(what, "it was answered with " + response.status());
        }
        return ProbeFinding.of(
                allowed.equals(response.header(ORIGIN)),
                what,
                response.header(ORIGIN) == null ? "no origin is allowed" : "allowed is " + response.shown(ORIGIN));
    }
}
