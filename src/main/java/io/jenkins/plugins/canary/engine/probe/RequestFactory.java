package io.jenkins.plugins.canary.engine.probe;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.HttpAddress;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.http.Credentials;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** Turns requests into requests to a track; to hosts of the plan's list only. Immutable. */
final class RequestFactory {

    private final Map<Track, URI> bases = new EnumMap<>(Track.class);
    private final ProbeSettings settings;
    private final Credentials credentials;

    /** @throws MetricException for people, when an address is none or not on the list, or a secret is missing */
    RequestFactory(ProbeSettings settings, SourceContext context) throws MetricException {
        this.settings = settings;
        this.credentials = Credentials.open(settings.auth(), context.secrets());
        for (Map.Entry<Track, ProbeSettings.Entry> e : settings.entries().entrySet()) {
            bases.put(e.getKey(), base(e.getKey(), e.getValue(), context));
        }
    }

    private URI base(Track track, ProbeSettings.Entry entry, SourceContext context) throws MetricException {
        try {
            URI base = HttpAddress.of(context.url(entry.url(), track));
            if (!settings.allow().allows(base)) {
                throw new MetricException("probes." + track.word() + ": " + PlainText.address(base)
                        + " is not on the plan's list probes.allow: nothing is sent there");
            }
            return base;
        } catch (IllegalArgumentException e) {
            throw new MetricException("probes." + track.word() + ".url: " + e.getMessage(), e);
        }
    }

    boolean reaches(Track track) {
        return bases.containsKey(track);
    }

    /** @throws IllegalArgumentException when a header is none */
    HttpCall request(Track track, ProbeRequest probeRequest) {
        URI base = bases.get(track);
        String path = base.getRawPath() == null ? "" : base.getRawPath();
        while (path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        URI uri = URI.create(base.getScheme() + "://" + base.getRawAuthority() + path + probeRequest.path());
        HttpCall request = HttpCall.to(uri).method(probeRequest.method(), probeRequest.body());
        Map<String, String> headers =
                new HashMap<>(settings.entries().get(track).headers());
        if (probeRequest.signed()) {
            credentials.sign(request);
        }
        headers.putAll(probeRequest.headers());
        headers.forEach(request::header);
        return request;
    }

    String redact(String text) {
        return credentials.redact(text);
    }
}
