package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.MetricNames;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlWriter;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A plan under construction, and what is to be said of it. Not for use by several threads. */
final class PlanBuilder {

    /** The keys of a plan in the order in which they are written. */
    private static final List<String> ORDER = List.of(
            "name", "target", "traffic", "metrics", "phases", "gate", "abort", "shiftTimeout", "progressDeadline");

    /** What a person may read; of what changes a verdict, twice as many. */
    private static final int MOST_LOST = 500;

    /** As large as a count can be. */
    private static final BigDecimal LARGEST = new BigDecimal("1e15");

    private static final Pattern ADDRESS = Pattern.compile("https?://[^\\s@/{}]+(/[^\\s@{}]*)?");

    /** The fields of every kind that a plan can be made of. */
    static final Map<String, FieldTable> TABLES = Map.ofEntries(
            Map.entry("Rollout", ArgoTables.ROLLOUT),
            Map.entry("AnalysisTemplate", ArgoTables.TEMPLATE),
            Map.entry("ClusterAnalysisTemplate", ArgoTables.TEMPLATE),
            Map.entry("Canary", FlaggerTables.CANARY),
            Map.entry("MetricTemplate", FlaggerTables.TEMPLATE),
            Map.entry("Deployment", ServicePlan.KEPT),
            Map.entry("Service", ServicePlan.KEPT),
            Map.entry("HTTPRoute", ServicePlan.KEPT),
            Map.entry("VirtualService", ServicePlan.KEPT),
            Map.entry("DestinationRule", ServicePlan.KEPT),
            Map.entry("Ingress", ServicePlan.KEPT),
            Map.entry("TraefikService", ServicePlan.KEPT));

    /** What this command writes where the source has no weights. */
    static final List<Map<String, Object>> PHASES = List.of(
            phase("Initial", 5, "5m"),
            phase("Ramp 1", 10, "10m"),
            phase("Ramp 2", 25, "15m"),
            phase("Ramp 3", 50, "20m"),
            phase("Full", 100, "5m"));

    private final Map<String, Object> plan = new LinkedHashMap<>();
    private final Map<String, Object> prometheus = new LinkedHashMap<>();
    private final Map<String, Object> metrics = new LinkedHashMap<>();
    private final Map<String, Object> custom = new LinkedHashMap<>();
    private final Set<String> choices = new LinkedHashSet<>();
    private final Set<String> toDo = new LinkedHashSet<>();
    private final Set<NotCarried> lost = new LinkedHashSet<>();
    private final Set<Manifest> used = new HashSet<>();
    private boolean serverGiven;
    private int unsaid;
    final MetricNames names = new MetricNames("own-");

    /** Reports the object's fields that are not carried over. */
    void uses(Manifest object) {
        if (used.add(object)) {
            TABLES.get(object.kind()).report(object, this);
        }
    }

    boolean isUsed(Manifest object) {
        return used.contains(object);
    }

    void put(String key, Object value) {
        plan.put(key, value);
    }

    /** The plan's name, which has no dots and at most 63 characters. */
    void name(String given) {
        String name =
                given.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceFirst("^-", "");
        put("name", name.substring(0, Math.min(63, name.length())).replaceFirst("-$", ""));
    }

    void target(String namespace, String deployment) {
        name(deployment);
        Map<String, Object> target = new LinkedHashMap<>();
        if (!namespace.isEmpty()) {
            target.put("namespace", namespace);
        }
        target.put("deployment", deployment);
        put("target", target);
    }

    void traffic(String driver, Map<String, Object> settings) {
        put("traffic", Map.of(driver, settings));
    }

    /** Of {@code metrics.prometheus}; the first value of a key stays. */
    Object prometheus(String key, Object value) {
        return prometheus.putIfAbsent(key, value);
    }

    /** The Prometheus server that a person names, whatever the sources say; "" for none. */
    void server(String address) {
        serverGiven = !address.isEmpty();
        if (serverGiven) {
            prometheus("url", address);
        }
    }

    /** The Prometheus server that a metric is read from; "" where the source does not say. A plan has one. */
    void server(Manifest object, YamlNode at, String address) {
        if (!address.isEmpty() && !ADDRESS.matcher(address).matches()) {
            lost(object, at, false, "is not an http or https address", "write metrics.prometheus.url");
            return;
        }
        Object other = address.isEmpty() || serverGiven ? null : prometheus("url", address);
        if (other != null && !other.equals(address)) {
            lost(
                    object,
                    at,
                    true,
                    "a plan asks one Prometheus server, here " + other,
                    "name a server that has the series of both");
        }
    }

    /** Of {@code metrics}. */
    void metrics(String key, Object value) {
        metrics.put(key, value);
    }

    /** A metric of the plan's own whose numbers are those of the query, whatever they are. */
    void custom(String name, String query) {
        Map<String, Object> metric = new LinkedHashMap<>();
        metric.put("unit", "count");
        metric.put("range", map("min", LARGEST.negate(), "max", LARGEST));
        metric.put("query", query);
        custom.put(name, metric);
    }

    /** What this command has decided. */
    void choose(String what) {
        choices.add(plain(what));
    }

    /** What a person does before the first release. */
    void toDo(String what) {
        toDo.add(plain(what));
    }

    /** Lines that stay comments of the plan, whatever names stand in them. */
    private static String plain(String what) {
        return what.lines().map(PlainText::line).collect(Collectors.joining("\n"));
    }

    void lost(Manifest object, YamlNode at, boolean changesVerdict, String reason, String remedy) {
        lost(new NotCarried(object.place(at), reason, remedy, changesVerdict));
    }

    /** The whole number at a path, the default when there is none; reports one that cannot be read. */
    int whole(Manifest object, YamlNode from, int otherwise, Object... path) {
        YamlNode found = Manifest.find(from, path);
        if (found != null && !Manifest.text(found).matches("-?\\d{1,9}")) {
            lost(object, found, true, "is not a whole number that can be read", "write the plan's own");
        }
        return Manifest.whole(from, otherwise, path);
    }

    void lost(NotCarried what) {
        if (lost.size() < MOST_LOST || what.changesVerdict() && lost.size() < 2 * MOST_LOST) {
            lost.add(what);
        } else {
            unsaid++;
        }
    }

    /** @param sources what it is made of, for the plan's first line */
    PlanInit.Result result(List<String> sources) {
        boolean judged = !custom.isEmpty() || metrics.containsKey("labels");
        if (judged && prometheus.putIfAbsent("url", "http://prometheus.example.com:9090") == null) {
            toDo.add("metrics.prometheus.url: write the address of your Prometheus server, or give --prometheus URL");
        }
        if (judged) {
            Map<String, Object> all = new LinkedHashMap<>();
            all.put("prometheus", prometheus);
            all.putAll(metrics);
            if (!custom.isEmpty()) {
                all.put("custom", custom);
            }
            put("metrics", all);
        }
        Map<String, Object> ordered = new LinkedHashMap<>();
        ORDER.stream().filter(plan::containsKey).forEach(key -> ordered.put(key, plan.get(key)));
        if (unsaid > 0) {
            lost.add(new NotCarried("the files", unsaid + " more fields are not listed", "give less at once", true));
        }
        StringBuilder text = new StringBuilder();
        comment(text, "Made by canary init from " + plain(String.join(", ", sources)) + ".", List.of());
        comment(text, "Chosen:", List.copyOf(choices));
        comment(text, "To do:", List.copyOf(toDo));
        comment(
                text,
                "Not carried over (! changes when a release passes or rolls back):",
                lost.stream().map(n -> (n.changesVerdict() ? "! " : "") + n).toList());
        return new PlanInit.Result(
                text + YamlWriter.write(ordered), List.copyOf(choices), List.copyOf(toDo), List.copyOf(lost));
    }

    private static void comment(StringBuilder text, String head, List<String> lines) {
        if (!head.endsWith(":") || !lines.isEmpty()) {
            text.append("# ").append(head).append('\n');
        }
        lines.forEach(
                line -> text.append("# - ").append(line.replace("\n", "\n#   ")).append('\n'));
    }

    private static Map<String, Object> phase(String name, int weight, String hold) {
        return map("name", name, "weight", weight, "hold", hold);
    }

    /** A phase that is called like its weight. */
    static Map<String, Object> phase(Weight weight, String hold) {
        return map(
                "name", weight.toString().replace(" ", ""),
                "weight", BigDecimal.valueOf(weight.tenths(), 1),
                "hold", hold);
    }

    /** Keys and values in turn, in their order, without those whose value is null. */
    static Map<String, Object> map(Object... pairs) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i + 1] != null) {
                map.put((String) pairs[i], pairs[i + 1]);
            }
        }
        return map;
    }
}
