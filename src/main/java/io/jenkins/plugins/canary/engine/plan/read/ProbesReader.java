package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.probe.AllowList;
import io.jenkins.plugins.canary.engine.probe.Probe;
import io.jenkins.plugins.canary.engine.probe.ProbeLimits;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.net.URI;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;

/** Reads {@code probes:}, the requests that the rollout itself sends. */
final class ProbesReader {

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
    private static final Pattern HOST =
            Pattern.compile("(\\*\\.)?[A-Za-z0-9._-]+(:\\d{1,5})?|\\[[0-9a-fA-F:]+](:\\d{1,5})?");

    private final Target target;

    ProbesReader(Target target) {
        this.target = target;
    }

    ProbeSettings read(YamlNode node) {
        YamlObject o = Section.PROBES.at(node);
        List<String> hosts = o.need("allow", ProbesReader::hosts, "[ \"canary.example.com\" ]");
        AllowList allow = new AllowList(hosts == null ? List.of() : hosts);
        boolean complete = hosts != null
                && o.get("allow").orElseThrow().isList()
                && hosts.size() == o.get("allow").orElseThrow().list().size();
        Map<Track, ProbeSettings.Entry> entries = new EnumMap<>(Track.class);
        for (Track track : Track.values()) {
            ProbeSettings.Entry entry = o.get(track.word(), n -> entry(n, complete ? allow : null), null);
            if (entry != null) {
                entries.put(track, entry);
            }
        }
        if (node.isObject() && !o.has("canary") && !o.has("stable")) {
            node.error("the probes have no address", "write canary: { url: \"https://canary.example.com\" }");
        }
        ProbeLimits limits = o.get("limits", ProbesReader::limits, ProbeLimits.DEFAULT);
        return new ProbeSettings(
                allow,
                entries,
                o.get("auth", AuthReader::read, Auth.NONE),
                limits,
                o.get("run", n -> probes(n, limits), Map.of()));
    }

    private static List<String> hosts(YamlNode node) {
        List<YamlNode> items = node.list();
        if (node.isList() && items.isEmpty()) {
            node.error("no host is allowed, so no probe could be sent", "list the hosts that probes may reach");
        }
        return items.stream()
                .map(n -> n.matching(HOST, "a host", "write host, host:port or *.domain, without a scheme or a path"))
                .filter(Objects::nonNull)
                .toList();
    }

    private ProbeSettings.Entry entry(YamlNode node, AllowList allow) {
        YamlObject o = Section.PROBE_ENTRY.at(node);
        String url = o.need("url", YamlNode::url, "https://canary.example.com");
        if (url == null) {
            // Broken, which has been reported, is not missing.
            return new ProbeSettings.Entry("", Map.of());
        }
        YamlNode place = o.get("url").orElseThrow();
        Placeholders.check(
                place,
                url,
                target,
                Placeholders.TRACK,
                Placeholders.TARGET,
                Placeholders.NAMESPACE,
                Placeholders.VERSION);
        if (url.indexOf('?') >= 0 || url.indexOf('#') >= 0) {
            place.error("the address has a query, and each probe has its own path", "write scheme, host and port");
        } else if (allow != null && !url.contains("{{") && !allow.allows(URI.create(url))) {
            place.error(
                    "the host " + URI.create(url).getAuthority() + " is not on the list of hosts that may be probed",
                    "add it to probes.allow, if requests may be sent there");
        }
        return new ProbeSettings.Entry(url, o.get("headers", HeadersReader::read, Map.of()));
    }

    private static ProbeLimits limits(YamlNode node) {
        YamlObject o = Section.PROBE_LIMITS.at(node);
        ProbeLimits usual = ProbeLimits.DEFAULT;
        Long requests = o.get("requests", n -> n.whole(1, ProbeLimits.MOST_REQUESTS), (long) usual.requests());
        Double rps = o.get("rps", n -> rate(n, ProbeLimits.MOST_RPS), usual.rps());
        Duration time = o.get("time", YamlNode::positive, usual.time());
        if (time.compareTo(ProbeLimits.LONGEST) > 0) {
            o.get("time").orElseThrow().error("a probe may take 15m at most", "write 15m or less");
        }
        return new ProbeLimits(requests.intValue(), rps, time);
    }

    /** Requests a second, more than none and at most so many. */
    static Double rate(YamlNode node, double most) {
        Double rps = node.number();
        if (rps != null && !(rps > 0 && rps <= most)) {
            node.error(
                    YamlNode.shown(node.text()) + " is not a rate that may be sent",
                    "write more than 0 and at most " + Units.print(most, Unit.COUNT) + " a second");
            return null;
        }
        return rps;
    }

    private Map<String, Probe> probes(YamlNode node, ProbeLimits limits) {
        YamlObject o = node.object();
        Map<String, Probe> probes = new LinkedHashMap<>();
        for (String name : o.keys()) {
            if (!NAME.matcher(name).matches()) {
                o.key(name)
                        .error(
                                YamlNode.shown(name) + " is not a probe's name",
                                "use lower-case letters, digits and '-', at most 63, a letter first");
            }
            Probe probe = new ProbeReader(name, limits, target).read(o.get(name).orElseThrow());
            if (probe != null) {
                probes.put(name, probe);
            }
        }
        return probes;
    }
}
