package io.jenkins.plugins.canary.engine.report.monitoring;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** An Alertmanager configuration that brings a plan's alerts to people; its route and receivers are there to be copied. */
final class Routing {

    private Routing() {}

    /**
     * @param pagerDutyKey file on the Alertmanager's machine that holds the key; null for none
     * @param webhook address that gets every alert; null for none
     */
    static Map<String, Object> file(String plan, String pagerDutyKey, String webhook) {
        String people = "canary-" + plan;
        String pages = people + "-page";
        Map<String, Object> paging = new LinkedHashMap<>();
        paging.put("receiver", pages);
        paging.put("matchers", List.of("severity=\"page\""));
        paging.put("group_wait", "0s");
        Map<String, Object> ours = new LinkedHashMap<>();
        ours.put("receiver", people);
        ours.put("matchers", List.of("alertname=~\"Canary.+\"", "plan=\"" + plan + "\""));
        ours.put("group_by", List.of("alertname", "plan", "rollout"));
        ours.put("group_wait", "10s");
        ours.put("repeat_interval", "1h");
        ours.put("routes", List.of(paging));
        Map<String, Object> route = new LinkedHashMap<>();
        route.put("receiver", "everything-else");
        route.put("routes", List.of(ours));
        Map<String, Object> inhibit = new LinkedHashMap<>();
        inhibit.put("source_matchers", List.of("alertname=\"CanaryMetricMissing\""));
        inhibit.put("target_matchers", List.of("alertname=\"CanaryCheckWithoutData\""));
        inhibit.put("equal", List.of("plan"));
        Map<String, Object> file = new LinkedHashMap<>();
        file.put("route", route);
        file.put(
                "receivers",
                List.of(
                        Map.of("name", "everything-else"),
                        receiver(people, null, webhook),
                        receiver(pages, pagerDutyKey, webhook)));
        file.put("inhibit_rules", List.of(inhibit));
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
}
