package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigReaderTest {

    @Test
    void everyWayToNameOneIsSeenOnce() throws Exception {
        List<String> names = new ConfigReader(null, "shop")
                .named(new ObjectMapper(new YAMLFactory()).readTree("""
                spec:
                  initContainers:
                  - {name: i, envFrom: [{secretRef: {name: s1}}]}
                  containers:
                  - name: a
                    envFrom: [{configMapRef: {name: c1}}]
                    env:
                    - {name: X, valueFrom: {configMapKeyRef: {name: c2, key: k}}}
                    - {name: Y, valueFrom: {secretKeyRef: {name: s2, key: k}}}
                    - {name: Z, valueFrom: {fieldRef: {fieldPath: metadata.name}}}
                  - {name: b, envFrom: [{configMapRef: {name: c1}}]}
                  volumes:
                  - {name: v1, configMap: {name: c3}}
                  - {name: v2, secret: {secretName: s3}}
                  - {name: v3, projected: {sources: [{configMap: {name: c4}}, {secret: {name: s4}}]}}
                  - {name: v4, emptyDir: {}}
                """)).stream()
                        .map(n -> n.kind().name() + " " + n.name())
                        .toList();
        assertEquals(
                List.of(
                        "Secret s1",
                        "ConfigMap c1",
                        "ConfigMap c2",
                        "Secret s2",
                        "ConfigMap c3",
                        "Secret s3",
                        "ConfigMap c4",
                        "Secret s4"),
                names);
    }
}
