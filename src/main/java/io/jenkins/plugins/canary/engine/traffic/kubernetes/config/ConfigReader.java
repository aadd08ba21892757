package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.lock.Snapshot;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads one ConfigMap or Secret as a snapshot keeps it. */
record ConfigReader(Cluster cluster, String namespace) {

    /** A journal line is no place for a dump; the hash still tells a change. */
    private static final int LONGEST = 64 * 1024;

    Snapshot.Config read(ConfigNames.Named named) throws RouterException {
        String label = named.kind().name() + " " + named.name();
        Optional<KubeObject> found = cluster.find(new ObjectRef(named.kind(), namespace, named.name()));
        if (found.isEmpty()) {
            return new Snapshot.Config(label, null, null, null);
        }
        KubeObject object = found.get();
        boolean secret = named.kind().equals(ConfigNames.SECRET);
        Map<String, String> data = new TreeMap<>();
        for (String part : new String[] {"data", "binaryData"}) {
            for (Map.Entry<String, JsonNode> entry : object.tree().path(part).properties()) {
                data.put(part + "/" + entry.getKey(), entry.getValue().asText());
            }
        }
        String hash = Snapshot.hash(data, secret ? object.metadata().path("uid").asText("no uid") : "ConfigMap");
        return new Snapshot.Config(label, object.resourceVersion(), hash, secret ? null : contents(object));
    }

    private static Map<String, String> contents(KubeObject configMap) {
        Map<String, String> contents = new TreeMap<>();
        long length = 0;
        for (Map.Entry<String, JsonNode> entry : configMap.tree().path("data").properties()) {
            contents.put(entry.getKey(), entry.getValue().asText());
            length += entry.getKey().length() + entry.getValue().asText().length();
        }
        return length > LONGEST ? null : contents;
    }
}
