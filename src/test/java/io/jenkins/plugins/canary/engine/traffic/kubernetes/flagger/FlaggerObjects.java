package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** A Deployment and its Canary, set up to ask. */
public final class FlaggerObjects {

    private FlaggerObjects() {}

    /**
     * @param webhooks where Flagger asks: {@code http://127.0.0.1:9797/flagger}
     */
    public static String manifests(String webhooks, String token, int... weights) {
        String hooks = List.of("confirm-rollout", "confirm-traffic-increase", "confirm-promotion", "rollback").stream()
                .map(type -> "\n    - {name: " + type + ", type: " + type + ", url: '" + webhooks + "/" + type
                        + "', timeout: 5s, metadata: {token: '" + token + "'}}")
                .collect(Collectors.joining());
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: api}
                spec:
                  replicas: 1
                  selector: {matchLabels: {app: api}}
                  template:
                    metadata: {labels: {app: api}}
                    spec:
                      containers:
                      - {name: api, image: 'api:v1', ports: [{name: http, containerPort: 8080}]}
                      - {name: sidecar, image: 'proxy:1'}
                ---
                apiVersion: flagger.app/v1beta1
                kind: Canary
                metadata: {name: api}
                spec:
                  provider: gatewayapi:v1
                  targetRef: {apiVersion: apps/v1, kind: Deployment, name: api}
                  progressDeadlineSeconds: 60
                  service:
                    port: 80
                    targetPort: 8080
                    hosts: [api.example.test]
                    gatewayRefs: [{name: edge, group: gateway.networking.k8s.io, kind: Gateway}]
                  analysis:
                    interval: 10s
                    threshold: 5
                    stepWeights: WEIGHTS
                    webhooks:
                """.replace("WEIGHTS", Arrays.toString(weights)).stripTrailing() + hooks + "\n";
    }
}
