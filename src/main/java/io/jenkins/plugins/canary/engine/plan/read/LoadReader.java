package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.probe.Load;
import io.jenkins.plugins.canary.engine.probe.ProbeSettings;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.EnumSet;
import java.util.Set;

/** Reads a phase's {@code load:}. */
final class LoadReader {

    private LoadReader() {}

    /** @param probes null when the plan has none */
    static Load read(YamlNode node, ProbeSettings probes) {
        YamlObject o = Section.LOAD.at(node);
        if (probes == null) {
            node.error(
                    "nothing says where the tracks are reached",
                    "add probes: { allow: [ ... ], canary: { url: ... } }");
            return null;
        }
        Double rps = o.need("rps", n -> ProbesReader.rate(n, probes.limits().rps()), "10");
        Set<Track> tracks = o.get("tracks", LoadReader::tracks, Set.of(Track.CANARY));
        for (Track track : tracks) {
            if (!probes.entries().containsKey(track)) {
                node.error(
                        "nothing says where the " + track.word() + " track is reached",
                        "add probes." + track.word() + ": { url: ... }");
            }
        }
        String path = o.get("path", ProbeReader::path, "/");
        return rps == null ? null : new Load(rps, path, tracks);
    }

    private static Set<Track> tracks(YamlNode node) {
        Set<Track> tracks = EnumSet.noneOf(Track.class);
        node.list().forEach(n -> {
            Track track = n.choice(Track.class);
            if (track != null) {
                tracks.add(track);
            }
        });
        if (node.isList() && tracks.isEmpty()) {
            node.error("no track is named, so nothing would be sent", "write [canary] or [canary, stable]");
        }
        return tracks;
    }
}
