package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds and reads the ConfigMaps and Secrets of a pod template, as a snapshot keeps them. */
record ConfigReader(Cluster cluster, String namespace) {

    static final Kind CONFIG_MAP = new Kind("", "v1", "ConfigMap", "configmaps");

    /** A journal line is no place for a dump; the hash still tells a change. */
    private static final int LONGEST = 64 * 1024;

    ObjectRef ref(Kind kind, String name) {
        return new ObjectRef(kind, namespace, name);
    }

    /** Those that the template reads, as environment or as files, one key or all of them; in the order in which they stand. */
    Set<ObjectRef> named(JsonNode template) {
        Set<ObjectRef> found = new LinkedHashSet<>();
        JsonNode pod = template.path("spec");
        for (String list : new String[] {"initContainers", "containers"}) {
            for (JsonNode container : pod.path(list)) {
                for (JsonNode from : container.path("envFrom")) {
                    add(found, CONFIG_MAP, from.at("/configMapRef/name"));
                    add(found, Kind.SECRET, from.at("/secretRef/name"));
                }
                for (JsonNode variable : container.path("env")) {
                    add(found, CONFIG_MAP, variable.at("/valueFrom/configMapKeyRef/name"));
                    add(found, Kind.SECRET, variable.at("/valueFrom/secretKeyRef/name"));
                }
            }
        }
        for (JsonNode volume : pod.path("volumes")) {
            add(found, CONFIG_MAP, volume.at("/configMap/name"));
            add(found, Kind.SECRET, volume.at("/secret/secretName"));
            for (JsonNode source : volume.at("/projected/sources")) {
                add(found, CONFIG_MAP, source.at("/configMap/name"));
                add(found, Kind.SECRET, source.at("/secret/name"));
            }
        }
        return found;
    }

    private void add(Set<ObjectRef> found, Kind kind, JsonNode name) {
        if (!name.asText().isEmpty()) {
            found.add(ref(kind, name.asText()));
        }
    }

    Snapshot.Config read(ObjectRef ref) throws RouterException {
        String label = Configuration.label(ref);
        KubeObject object = cluster.find(ref).orElse(null);
        if (object == null) {
            return new Snapshot.Config(label, null, null, null);
        }
        boolean secret = ref.kind().equals(Kind.SECRET);
        Map<String, String> data = texts(object, "data/", "data");
        data.putAll(texts(object, "binaryData/", "binaryData"));
        String hash = Snapshot.hash(data, secret ? object.metadata().path("uid").asText("no uid") : "ConfigMap");
        return new Snapshot.Config(label, object.resourceVersion(), hash, secret ? null : contents(object));
    }

    private static Map<String, String> contents(KubeObject configMap) {
        Map<String, String> contents = texts(configMap, "", "data");
        long length = contents.entrySet().stream()
                .mapToLong(entry -> entry.getKey().length() + entry.getValue().length())
                .sum();
        return length > LONGEST ? null : contents;
    }

    private static Map<String, String> texts(KubeObject object, String prefix, String field) {
        Map<String, String> texts = new TreeMap<>();
        object.tree()
                .path(field)
                .properties()
                .forEach(e -> texts.put(prefix + e.getKey(), e.getValue().asText()));
        return texts;
    }
}
