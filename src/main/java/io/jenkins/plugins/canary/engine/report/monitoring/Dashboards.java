package io.jenkins.plugins.canary.engine.report.monitoring;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.Map;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/** The files that bring a plan into Grafana, Prometheus and Alertmanager. */
public final class Dashboards {

    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

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
        files.put(
                name + ".rules.yaml",
                "# For rule_files in prometheus.yml. Written by: canary dashboards\n"
                        + yaml(new Rules(signals).file()));
        files.put(
                name + ".alertmanager.yaml",
                "# A whole configuration; copy the route and the receivers into yours. "
                        + "A receiver without an integration drops what it gets.\n"
                        + yaml(Routing.file(signals.plan().name(), pagerDutyKey, webhook)));
        return files;
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
