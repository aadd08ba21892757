package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.http.auth.Auth;
import io.jenkins.plugins.canary.engine.http.auth.AuthReader;
import io.jenkins.plugins.canary.engine.metric.AlertQuery;
import io.jenkins.plugins.canary.engine.metric.PromQlText;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Reads {@code alerts:} of a criterion: which alerts must not fire, and who knows.
 *
 * @param source null when the plan has none
 */
record AlertsReader(SourceSettings source, Target target) {

    private static final int LONGEST_MATCH = 300;

    private static final KeyType MATCH =
            KeyType.either(null, SeriesReader.MATCHERS, KeyType.byName("texts by name", KeyType.SCALAR, null));

    /** What becomes of alerts that fired before the rollout began. */
    enum Existing {
        FAIL,
        IGNORE
    }

    static final Section ALERTS = Section.of(
                    "alerts",
                    "Alerts of which none may fire. Without a server those of `metrics.prometheus`.",
                    Map.of("auth", AuthReader.TYPE, "match", MATCH, "existing", KeyType.choice(Existing.class)),
                    """
            match        | match         | required, `{ service: shop }` | Which alerts: labels and their values, or label matchers such as `'service="shop", alertname=~"Shop.*"'`. `{{target}}`, `{{namespace}}` and `{{version}}` may stand in them.
            existing     | existing      | `fail` in gates and checklists, `ignore` in abort rules | What an alert means that fired before the rollout began.
            prometheus   | fixed address | none | A Prometheus server, or what speaks its API: its rules that fire. It knows no silences.
            alertmanager | fixed address | none | An Alertmanager, without silenced and inhibited alerts.
            grafana      | fixed address | none | A Grafana: the alerts of its own rules, without silenced ones.
            datadog      | fixed address | none | Datadog's API, such as `https://api.datadoghq.eu`: monitors in the state Alert that are not muted. Their tags are the labels.
            apiKey       | secret        | none | Datadog's API key.
            appKey       | secret        | none | Datadog's application key, which may read monitors (`monitors_read`).
            auth         | auth          | none | How to sign in.
            """)
            .rule(
                    "{'oneOf': [{'required': ['datadog', 'apiKey', 'appKey']}, {'not': {'anyOf': [{'required': ['datadog']},"
                            + " {'required': ['apiKey']}, {'required': ['appKey']}]}}]}");

    private static final Map<String, String> KEYS = Map.of("apiKey", "DD-API-KEY", "appKey", "DD-APPLICATION-KEY");

    /** Null after reporting when nothing can be looked for. */
    AlertQuery read(YamlNode node, Existing usual) {
        YamlObject o = ALERTS.at(node);
        List<AlertQuery.System> systems = Arrays.stream(AlertQuery.System.values())
                .filter(system -> o.has(word(system)))
                .toList();
        if (systems.size() > 1) {
            o.key(word(systems.get(1))).error("alerts are asked of one server", "make a criterion for each server");
            return null;
        }
        AlertQuery.System system = systems.isEmpty() ? AlertQuery.System.PROMETHEUS : systems.get(0);
        boolean ofPlan = systems.isEmpty();
        if (ofPlan && node.isObject() && !(source instanceof SourceSettings.Prometheus)) {
            node.error(
                    "nobody is named who knows the alerts, and the plan has no Prometheus server",
                    "add alertmanager: http://alertmanager:9093, or prometheus, grafana or datadog");
        }
        if (ofPlan && o.has("auth")) {
            o.key("auth").error("metrics.prometheus brings its own way to sign in", "remove auth");
        }
        String match = o.need("match", this::match, "{ service: shop }");
        Existing existing = o.getOr("existing", usual);
        Map<String, Secrets.Ref> keys = keys(o, system);
        String url = ofPlan ? null : o.get(word(system));
        return match == null || !ofPlan && url == null
                ? null
                : new AlertQuery(system, url, match, existing == Existing.FAIL, keys, o.getOr("auth", Auth.NONE));
    }

    private static String word(AlertQuery.System system) {
        return system.name().toLowerCase(java.util.Locale.ROOT);
    }

    private static Map<String, Secrets.Ref> keys(YamlObject o, AlertQuery.System system) {
        Map<String, Secrets.Ref> keys = new HashMap<>();
        KEYS.forEach((key, header) -> {
            boolean wanted = system == AlertQuery.System.DATADOG;
            if (o.has(key) && !wanted) {
                o.key(key).error(key + " is a key of Datadog", "remove it");
            } else if (wanted) {
                Secrets.Ref ref = o.need(key, YamlNode::secret, "credentials:datadog-" + key.substring(0, 3));
                if (ref != null) {
                    keys.put(header, ref);
                }
            }
        });
        return keys;
    }

    /** Label matchers as PromQL writes them. */
    private String match(YamlNode node) {
        String text = node.isObject() ? equal(node.object()) : node.shortText(LONGEST_MATCH);
        String example = "write { service: shop }, or 'service=\"shop\", alertname=~\"Shop.*\"'";
        List<?> read =
                node.parsed(text, t -> MatcherList.parse(Placeholders.filled(t)), "{} are no label matchers", example);
        if (read == null) {
            return null;
        }
        if (read.isEmpty() || text.length() > LONGEST_MATCH) {
            node.error(
                    read.isEmpty()
                            ? "every alert would count, whatever it is about"
                            : "the matchers have more than " + LONGEST_MATCH + " characters",
                    example);
            return null;
        }
        Placeholders.check(
                node, text, target, List.of(Placeholders.TARGET, Placeholders.NAMESPACE, Placeholders.VERSION));
        return text;
    }

    private static String equal(YamlObject labels) {
        return labels.keys().stream()
                .map(name -> PromQlText.label(name) + "=" + value(labels.value(name)))
                .collect(Collectors.joining(","));
    }

    private static String value(YamlNode node) {
        String text = node.text();
        return PromQlText.quote(text == null ? "" : text);
    }
}
