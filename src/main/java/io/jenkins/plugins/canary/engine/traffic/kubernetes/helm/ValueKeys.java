package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;

/**
 * Which of a chart's values mean what; paths with dots.
 *
 * @param enabled whether there is a canary
 * @param weight percent of the requests, a whole number
 * @param canaryTag the canary's version
 * @param tag the stable version
 */
record ValueKeys(String enabled, String weight, String canaryTag, String tag) {

    static final ValueKeys USUAL = new ValueKeys("canary.enabled", "canary.weight", "canary.tag", "image.tag");

    static JsonNode get(JsonNode values, String path) {
        return values.at(pointer(path));
    }

    /** The values with one more; what is not named stays as the release has it. */
    static ObjectNode with(ObjectNode values, String path, Object value) {
        int last = path.lastIndexOf('.');
        ObjectNode place = last < 0 ? values : values.withObject(pointer(path.substring(0, last)));
        place.set(path.substring(last + 1), Cluster.JSON.valueToTree(value));
        return values;
    }

    private static String pointer(String path) {
        return "/" + path.replace('.', '/');
    }
}
