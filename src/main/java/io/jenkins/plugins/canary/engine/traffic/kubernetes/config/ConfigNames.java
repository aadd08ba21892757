package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Which ConfigMaps and Secrets a pod template reads: as environment, as files, one key or all of them. */
final class ConfigNames {

    static final Kind CONFIG_MAP = new Kind("", "v1", "ConfigMap", "configmaps");

    /** One of them. */
    record Named(Kind kind, String name) {}

    private ConfigNames() {}

    /** In the order in which they stand. */
    static List<Named> in(JsonNode template) {
        Set<Named> found = new LinkedHashSet<>();
        JsonNode pod = template.path("spec");
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : pod.path(list)) {
                for (JsonNode from : container.path("envFrom")) {
                    add(found, CONFIG_MAP, from.path("configMapRef").path("name"));
                    add(found, Kind.SECRET, from.path("secretRef").path("name"));
                }
                for (JsonNode variable : container.path("env")) {
                    add(
                            found,
                            CONFIG_MAP,
                            variable.path("valueFrom").path("configMapKeyRef").path("name"));
                    add(
                            found,
                            Kind.SECRET,
                            variable.path("valueFrom").path("secretKeyRef").path("name"));
                }
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            add(found, CONFIG_MAP, volume.path("configMap").path("name"));
            add(found, Kind.SECRET, volume.path("secret").path("secretName"));
            for (JsonNode source : volume.path("projected").path("sources")) {
                add(found, CONFIG_MAP, source.path("configMap").path("name"));
                add(found, Kind.SECRET, source.path("secret").path("name"));
            }
        }
        return new ArrayList<>(found);
    }

    private static void add(Set<Named> found, Kind kind, JsonNode name) {
        if (!name.asText().isEmpty()) {
            found.add(new Named(kind, name.asText()));
        }
    }
}
