package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import com.fasterxml.jackson.databind.JsonNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

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
        String hash = hash(data, secret ? object.metadata().path("uid").asText("no uid") : "ConfigMap");
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

    /** Lengths stand before the texts, so that no two contents are written alike. */
    static String hash(Map<String, String> data, String key) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            data.forEach((name, value) -> mac.update((name.length() + ":" + name + value.length() + ":" + value)
                    .getBytes(StandardCharsets.UTF_8)));
            return HexFormat.of().formatHex(mac.doFinal(), 0, 16);
        } catch (GeneralSecurityException everyJavaHasIt) {
            throw new IllegalStateException(everyJavaHasIt);
        }
    }
}
