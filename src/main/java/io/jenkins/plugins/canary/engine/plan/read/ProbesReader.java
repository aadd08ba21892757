package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.AllowList;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings.ProbeLimits;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code probes:}, the requests that the rollout itself sends. */
record ProbesReader(Target target) {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final KeyType HOSTS = KeyType.matching(
                    "`host`, `host:port`, `*.domain`",
                    Pattern.compile("(\\*\\.)?[A-Za-z0-9._-]+(:\\d{1,5})?|\\[[0-9a-fA-F:]+\\](:\\d{1,5})?"),
                    "a host",
                    "write host, host:port or *.domain, without a scheme or a path")
            .someOf();

    private static final Section ENTRY = Section.of(
            "probeEntry",
            "Where a track is reached.",
            Map.of(
                    "base",
                    KeyType.string("address", "^https?://[^\\s@/?#]+(/[^\\s?#]*)?$", YamlNode::url),
                    "headers",
                    RequestTypes.HEADERS),
            """
            url     | base    | required, `https://canary.example.com` | The address; `{{track}}`, `{{target}}`, `{{namespace}}` and `{{version}}` may stand in it.
            headers | headers | none | Sent with every request to this track, such as the one by which the router knows the canary's. No secrets.
            """);

    private static final Section LIMITS = Section.of(
            "probeLimits",
            "What one probe, and for `rps` a load, may cost at most.",
            Map.of("rps", RequestTypes.rps(node -> RequestTypes.rate(node, ProbeLimits.MOST_RPS))),
            """
            requests | whole 1..10000 | `1000` | Requests of one probe.
            rps      | rps            | `100`  | Requests begun a second.
            time     | duration       | `2m`   | The time that one probe takes, at most `15m`.
            """);

    static final Section PROBES = Section.of(
                    "probes",
                    "Requests that the rollout itself sends, to the hosts of its list only.",
                    Map.of(
                            "hosts", HOSTS,
                            "entry", ENTRY.type(),
                            "auth", AuthReader.TYPE,
                            "limits", LIMITS.type(ProbesReader::limits),
                            "probes", ProbeReader.PROBE.type().byName("^" + NAME + "$")),
                    """
            allow  | hosts  | required, `[ "canary.example.com" ]` | The hosts that requests may be sent to. A host without a port stands for the usual one.
            canary | entry  | none, if `stable` is given | Where the canary is reached.
            stable | entry  | none, if `canary` is given | Where the stable version is reached.
            auth   | auth   | none | Sent with every request, except by probes that bring a token of their own.
            limits | limits | its own defaults | What one probe, and for `rps` a load, may cost at most.
            run    | probes | none | The probes.
            """)
            .rule("{'anyOf': [{'required': ['canary']}, {'required': ['stable']}]}");

    ProbeSettings read(YamlNode node) {
        YamlObject o = PROBES.at(node);
        List<String> hosts = o.get("allow");
        AllowList allow = new AllowList(hosts == null ? List.of() : hosts);
        boolean list = hosts != null && o.value("allow").isList();
        if (list && o.value("allow").list().isEmpty()) {
            o.value("allow")
                    .error("no host is allowed, so no probe could be sent", "list the hosts that probes may reach");
        }
        boolean complete = list && hosts.size() == o.value("allow").list().size();
        Map<Track, ProbeSettings.Entry> entries = new EnumMap<>(Track.class);
        for (Track track : Track.VERSIONS) {
            ProbeSettings.Entry entry = o.get(track.word(), n -> entry(n, complete ? allow : null));
            if (entry != null) {
                entries.put(track, entry);
            }
        }
        if (node.isObject() && !o.has("canary") && !o.has("stable")) {
            node.error("the probes have no address", "write canary: { url: \"https://canary.example.com\" }");
        }
        ProbeLimits limits = o.getOr("limits", ProbeLimits.DEFAULT);
        return new ProbeSettings(
                allow, entries, o.getOr("auth", Auth.NONE), limits, o.get("run", n -> probes(n, limits), Map.of()));
    }

    private ProbeSettings.Entry entry(YamlNode node, AllowList allow) {
        YamlObject o = ENTRY.at(node);
        String url = o.get("url");
        if (url == null) {
            // Broken, which has been reported, is not missing.
            return new ProbeSettings.Entry("", Map.of());
        }
        YamlNode place = o.value("url");
        Placeholders.check(place, url, target, Placeholders.OF_TRACKS);
        if (url.indexOf('?') >= 0 || url.indexOf('#') >= 0) {
            place.error("the address has a query, and each probe has its own path", "write scheme, host and port");
        } else if (allow != null && !url.contains("{{") && !allow.allows(URI.create(url))) {
            place.error(
                    "the host " + URI.create(url).getAuthority() + " is not on the list of hosts that may be probed",
                    "add it to probes.allow, if requests may be sent there");
        }
        return new ProbeSettings.Entry(url, o.getOr("headers", Map.of()));
    }

    private static ProbeLimits limits(YamlNode node) {
        YamlObject o = LIMITS.at(node);
        Long requests = o.get("requests");
        Double rps = o.get("rps");
        Duration time = o.get("time");
        if (time.compareTo(ProbeLimits.LONGEST) > 0) {
            o.value("time").error("a probe may take 15m at most", "write 15m or less");
        }
        return new ProbeLimits(requests.intValue(), rps, time);
    }

    private Map<String, Probe> probes(YamlNode node, ProbeLimits limits) {
        YamlObject o = node.object();
        return o.map(name -> {
            if (!NAME.matcher(name).matches()) {
                o.key(name)
                        .error(
                                YamlNode.shown(name) + " is not a probe's name",
                                "use lower-case letters, digits and '-', at most 63, a letter first");
            }
            return new ProbeReader(name, limits, target).read(o.value(name));
        });
    }
}
