package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The labels of pods that are made from the stable version, of a canary or a baseline: those of the stable version's, their
 * {@code track}, the canary's version where there is a label for it, what their own selector asks for, and what is needed so
 * that nothing which selects the stable version's pods selects these.
 */
final class CanaryLabels {

    static final String TRACK = "track";
    private static final int LONGEST = 63;
    private static final List<String> VERSION = List.of("version", "app.kubernetes.io/version");

    private CanaryLabels() {}

    /**
     * @param stable the Deployment
     * @param requests what picks the stable version's pods
     * @param track whose pods these are
     * @param own what is to pick them; null when that is yet to be made
     * @param version what they run
     * @throws RouterException permanent when no labels tell the two apart
     */
    static Map<String, String> of(KubeObject stable, PodSelector requests, Track track, PodSelector own, String version)
            throws RouterException {
        Map<String, String> fixed = own == null ? Map.of() : own.labels();
        Map<String, String> carried = PodSelector.podLabels(stable);
        for (String key : VERSION) {
            if (track == Track.CANARY && isLabel(version)) {
                carried.computeIfPresent(key, (k, was) -> version);
            }
        }
        carried.put(TRACK, track.word());
        carried.putAll(fixed);
        if (requests.object().kind().equals(Kind.SERVICE)) {
            List<Map<String, String>> selectors = List.of(matched(stable), requests.labels());
            for (Map<String, String> selector : selectors) {
                List<String> keys = new ArrayList<>(selector.keySet());
                keys.removeAll(fixed.keySet());
                keys.sort((a, b) -> Boolean.compare(inAll(b, selectors), inAll(a, selectors)));
                if (takes(selector, carried) && !keys.isEmpty()) {
                    carried.put(keys.get(0), other(selector.get(keys.get(0)), "-" + track.word()));
                }
            }
        }
        if (takes(requests.labels(), carried)) {
            throw RouterException.permanent(requests.object() + " selects pods by " + requests.text()
                    + ", which the " + track.word()
                    + "'s pods would carry too, so the weight would not be what users see; give the"
                    + " selector a label that tells the versions apart, such as track: stable");
        }
        return carried;
    }

    /** Of a Deployment. */
    static Map<String, String> matched(KubeObject deployment) {
        return PodSelector.of(deployment.ref(), "", deployment.spec().at("/selector/matchLabels"))
                .labels();
    }

    private static String other(String value, String suffix) {
        int most = LONGEST - suffix.length();
        return (value.length() > most ? value.substring(0, most) : value) + suffix;
    }

    private static boolean inAll(String key, List<Map<String, String>> selectors) {
        return selectors.stream().allMatch(s -> s.containsKey(key));
    }

    private static boolean takes(Map<String, String> selector, Map<String, String> labels) {
        return !selector.isEmpty() && labels.entrySet().containsAll(selector.entrySet());
    }

    private static boolean isLabel(String version) {
        return version.length() <= LONGEST && version.matches("[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?");
    }
}
