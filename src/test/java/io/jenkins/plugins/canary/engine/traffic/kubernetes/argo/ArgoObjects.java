package io.jenkins.plugins.canary.engine.traffic.kubernetes.argo;

/** A Rollout with all that it needs, api:v1 being its stable version. */
public final class ArgoObjects {

    private static final String ROLLOUT = """
            apiVersion: argoproj.io/v1alpha1
            kind: Rollout
            metadata: {name: api}
            spec:
              replicas: 2
              selector: {matchLabels: {app: api}}
              template:
                metadata: {labels: {app: api}}
                spec:
                  containers:
                  - {name: sidecar, image: 'proxy:1'}
                  - {name: api, image: 'api:v1'}
            """;

    private ArgoObjects() {}

    /** @param weights percentages in rising order, each a step that is followed by a pause without an end */
    public static String manifests(int... weights) {
        StringBuilder steps = new StringBuilder();
        for (int weight : weights) {
            steps.append("{setWeight: ").append(weight).append("}, {pause: {}}, ");
        }
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: api-stable}
                spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api-canary}
                spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: networking.istio.io/v1beta1
                kind: VirtualService
                metadata: {name: api}
                spec:
                  hosts: [api.example.test]
                  http:
                  - name: primary
                    route:
                    - {destination: {host: api-stable}, weight: 100}
                    - {destination: {host: api-canary}, weight: 0}
                ---
                """ + ROLLOUT + """
                  strategy:
                    canary:
                      stableService: api-stable
                      canaryService: api-canary
                      trafficRouting: {istio: {virtualService: {name: api, routes: [primary]}}}
                      steps: [STEPS]
                """.replace("STEPS", steps.substring(0, steps.length() - 2));
    }

    /** @param own fields of the strategy beside the two Services */
    public static String blueGreen(String own) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: api}
                spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: api-preview}
                spec: {selector: {app: api}, ports: [{name: http, port: 80, targetPort: 8080}]}
                ---
                """ + ROLLOUT + "  strategy: {blueGreen: {activeService: api, previewService: api-preview, " + own
                + "}}\n";
    }
}
