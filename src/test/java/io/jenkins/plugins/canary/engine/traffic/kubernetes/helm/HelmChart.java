package io.jenkins.plugins.canary.engine.traffic.kubernetes.helm;

import java.nio.file.Files;
import java.nio.file.Path;

/** A small chart as many have it: a stable and a canary Deployment, and nginx's canary Ingress. */
public final class HelmChart {

    private HelmChart() {}

    public static Path write(Path folder) throws Exception {
        Path chart = Files.createDirectories(folder.resolve("api"));
        Files.createDirectories(chart.resolve("templates"));
        Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: api\nversion: 0.1.0\n");
        Files.writeString(chart.resolve("values.yaml"), """
                replicas: 1
                image: {repository: api, tag: v1}
                canary: {enabled: false, weight: 0, tag: ""}
                """);
        Files.writeString(
                chart.resolve("templates").resolve("stable.yaml"),
                version("{{ .Release.Name }}", "{{ .Values.image.tag }}", ""));
        Files.writeString(
                chart.resolve("templates").resolve("canary.yaml"),
                "{{- if .Values.canary.enabled }}\n"
                        + version("{{ .Release.Name }}-canary", "{{ .Values.canary.tag }}", """
                        nginx.ingress.kubernetes.io/canary: "true"
                            nginx.ingress.kubernetes.io/canary-weight: {{ .Values.canary.weight | quote }}
                        """.strip())
                        + "{{- end }}\n");
        return chart;
    }

    private static String version(String name, String tag, String annotations) {
        return """
                apiVersion: apps/v1
                kind: Deployment
                metadata: {name: NAME}
                spec:
                  replicas: {{ .Values.replicas }}
                  selector: {matchLabels: {app: NAME}}
                  template:
                    metadata: {labels: {app: NAME}}
                    spec:
                      containers: [{name: api, image: "{{ .Values.image.repository }}:TAG"}]
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: NAME}
                spec:
                  selector: {app: NAME}
                  ports: [{name: http, port: 80, targetPort: 8080}]
                ---
                apiVersion: networking.k8s.io/v1
                kind: Ingress
                metadata:
                  name: NAME
                  annotations:
                    example.test/made-by: chart
                    ANNOTATIONS
                spec:
                  ingressClassName: nginx
                  rules:
                  - host: api.example.test
                    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: NAME, port: {number: 80}}}}]}
                """.replace("NAME", name).replace("TAG", tag).replace("ANNOTATIONS", annotations);
    }
}
