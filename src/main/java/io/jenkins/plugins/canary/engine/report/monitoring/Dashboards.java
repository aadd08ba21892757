package io.jenkins.plugins.canary.engine.report.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.jenkins.plugins.canary.engine.BoundedJson;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The files that bring a plan into Grafana, Prometheus and Alertmanager. */
public final class Dashboards {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    /** An Alertmanager configuration that brings a plan's alerts to people; route and receivers are there to be copied. */
    private static final String ROUTING = """
        route:
          receiver: everything-else
          routes:
          - receiver: canary-PLAN
            matchers: ['alertname=~"Canary.+"', 'plan="PLAN"']
            group_by: [alertname, plan, rollout]
            group_wait: 10s
            repeat_interval: 1h
            routes:
            - {receiver: canary-PLAN-page, matchers: ['severity="page"'], group_wait: 0s}
        receivers: []
        inhibit_rules:
        - source_matchers: ['alertname="CanaryMetricMissing"']
          target_matchers: ['alertname="CanaryCheckWithoutData"']
          equal: [plan]
        """;

    private Dashboards() {}

    /**
     * @param pagerDutyKey file on the Alertmanager's machine that holds the key; null for none
     * @param webhook address that gets every alert; null for none
     * @return texts by file name
     */
    public static Map<String, String> files(Signals signals, String pagerDutyKey, String webhook) {
        String name = "canary-" + signals.plan().name();
        Map<String, String> files = new LinkedHashMap<>();
        files.put(name + ".dashboard.json", json(new GrafanaDashboard(signals).json()));
        String rules = "# For rule_files in prometheus.yml. Written by: canary dashboards\n";
        files.put(name + ".rules.yaml", rules + yaml(new Rules(signals).file()));
        String routing = "# A whole configuration; copy the route and the receivers into yours. "
                + "A receiver without an integration drops what it gets.\n";
        files.put(
                name + ".alertmanager.yaml",
                routing + yaml(routing(signals.plan().name(), pagerDutyKey, webhook)));
        return files;
    }

    private static Map<String, Object> routing(String plan, String pagerDutyKey, String webhook) {
        Map<String, Object> file = new Yaml().load(ROUTING.replace("PLAN", plan));
        file.put(
                "receivers",
                List.of(
                        receiver("everything-else", null, null),
                        receiver("canary-" + plan, null, webhook),
                        receiver("canary-" + plan + "-page", pagerDutyKey, webhook)));
        return file;
    }

    private static Map<String, Object> receiver(String name, String pagerDutyKey, String webhook) {
        Map<String, Object> receiver = new LinkedHashMap<>();
        receiver.put("name", name);
        if (pagerDutyKey != null) {
            receiver.put("pagerduty_configs", new ArrayList<>(List.of(Map.of("routing_key_file", pagerDutyKey))));
        }
        if (webhook != null) {
            receiver.put("webhook_configs", new ArrayList<>(List.of(Map.of("url", webhook))));
        }
        return receiver;
    }

    /** A part of a document as its format writes it. */
    static Map<String, Object> read(String json) {
        try {
            return BoundedJson.MAPPER.readValue(json, new TypeReference<LinkedHashMap<String, Object>>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a template that cannot be read", e);
        }
    }

    private static String json(Map<String, Object> tree) {
        try {
            return JSON.writeValueAsString(tree) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a dashboard that cannot be written", e);
        }
    }

    private static String yaml(Map<String, Object> tree) {
        DumperOptions options = new DumperOptions();
        options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
        options.setIndent(2);
        options.setWidth(120);
        options.setSplitLines(false);
        return new Yaml(options).dump(tree);
    }
}
