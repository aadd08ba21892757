package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.gate.AbortRule;
import io.jenkins.plugins.canary.engine.gate.Criterion;
import io.jenkins.plugins.canary.engine.metric.BuiltInMetric;
import io.jenkins.plugins.canary.engine.metric.HttpNames;
import io.jenkins.plugins.canary.engine.metric.SourceSettings;
import io.jenkins.plugins.canary.engine.metric.expr.MatcherList;
import io.jenkins.plugins.canary.engine.metric.query.Metrics;
import io.jenkins.plugins.canary.engine.metric.set.Exporter;
import io.jenkins.plugins.canary.engine.metric.set.Exporters;
import io.jenkins.plugins.canary.engine.metric.set.SetChoice;
import io.jenkins.plugins.canary.engine.metric.set.SetKind;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Checklist;
import io.jenkins.plugins.canary.engine.plan.query.Placeholders;
import io.jenkins.plugins.canary.engine.plan.query.PromQl;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reads how series are called and selected: {@code metrics.labels:} of the tracks, {@code metrics.http:}, the names of the
 * service's own HTTP metrics, and {@code metrics.sets:}, the exporters that give the ready-made ones.
 *
 * @param source null when the plan has none
 */
record SeriesReader(Target target, SourceSettings source) {

    static final String ADD_LABELS = "add labels: { canary: 'version=\"v2\"', stable: 'version=\"v1\"' }";

    private static final String MATCHER =
            "\\s*([A-Za-z_][A-Za-z0-9_]*|\"[^\"]+\"|'[^']+'|`[^`]+`)\\s*(=|!=|=~|!~)\\s*(\"[^\"]*\"|'[^']*'|`[^`]*`)\\s*";

    static final KeyType MATCHERS =
            KeyType.string("label matchers without braces", "^" + MATCHER + "(," + MATCHER + ")*$", null);

    static final Section LABELS =
            labels("labels", "version=", Map.of("matchers", MATCHERS, "label", MetricReader.LABEL), """
            pod    | label    | `instance` | The label by whose values pods are told apart: Prometheus gives each target it scrapes an `instance`; with `scrape` that is the endpoint. How much stable's pods differ in latency widens what passes for the same in tests of `latency`, and in `slower`: [few pods](decisions.md#pods-that-differ). Not where both tracks have a value in common, as behind a proxy that is measured for both.
            """);
    private static final Section SET_LABELS = labels("setLabels", "pod=~", Map.of("matchers", MATCHERS));

    /** Prometheus 3 knows names of any signs; blanks, quotes and brackets are a mistake nevertheless. */
    private static final String NAME = "[^\\s\"'`{}()\\[\\],=~]+";

    private static final KeyType METRIC = KeyType.matching(
            "name",
            Pattern.compile(NAME),
            "a metric's name",
            "write the name alone, such as http_requests_total or http.server.request.duration_count");

    private static final KeyType LABEL = KeyType.matching(
            "name",
            Pattern.compile(NAME),
            "a label's name",
            "write for example status, code or http.response.status_code");

    static final Section HTTP = Section.of(
            "http",
            "How the service's own HTTP metrics are called. Where `sets.http` names an exporter, its names are the defaults."
                    + " Names such as `http.server.request.duration` need Prometheus 3, or an exporter that writes UTF-8.",
            Map.of(
                    "metric", METRIC,
                    "label", LABEL,
                    "expression", KeyType.text("regular expression", SeriesReader::expression),
                    "histogram", KeyType.string("name", "^(?!.*_bucket$)" + NAME + "$", SeriesReader::histogram),
                    "unit", KeyType.choice(DurationUnit.class),
                    "testers", KeyType.text("label matcher", SeriesReader::testers)),
            """
            requests     | metric     | `http_requests_total`           | A counter of requests.
            status       | label      | `status`                        | Its label with the HTTP status.
            errors       | expression | `5..`                           | A regular expression ([RE2](https://github.com/google/re2/wiki/Syntax)) over the whole status: what counts as an error.
            duration     | histogram  | `http_request_duration_seconds` | A histogram of request durations, without `_bucket`.
            durationUnit | unit       | `s`                             | The unit of the histogram's durations.
            testers      | testers    | none                            | One label matcher, such as `'client=~"canary-probe|k6"'`: known testers, whose requests `429-rate` leaves out.
            """);

    private static final Section SET = Section.of(
            "set",
            "An exporter, and which of its series are meant.",
            Map.of("labels", SET_LABELS.type(), "matchers", MATCHERS),
            """
            exporter | text     | required         | The exporter that gives the metrics.
            labels   | labels   | those of `metrics` | What selects each track's series.
            where    | matchers | none             | What all series of the set must meet, such as `'instance="redis:9121"'`.
            """);

    static final Section SETS = Section.of(
            "sets",
            "Ready-made metrics, by what they are about: the name of an exporter, or an exporter with labels.",
            Arrays.stream(SetKind.values()).collect(Collectors.toMap(SetKind::word, SeriesReader::type)),
            """
            http      | http      | none | Rate, errors and duration of the service's requests.
            limiter   | limiter   | none | The store that a rate limiter keeps its counts in.
            pool      | pool      | none | The pool of connections to the database.
            resources | resources | none | CPU and memory.
            ai        | ai        | none | Calls of a model or another dependency with a fallback.
            security  | security  | none | What was kept out.
            """);

    /** Units that durations are exported in. */
    private enum DurationUnit {
        S(1),
        MS(0.001);

        private final double seconds;

        DurationUnit(double seconds) {
            this.seconds = seconds;
        }
    }

    /** @param label for the example */
    private static Section labels(String name, String label, Map<String, KeyType> types, String... more) {
        String tracks = """
                canary | matchers | required, `'LABEL"..."'` | The canary's series, such as `version="{{version}}"`.
                stable | matchers | required, `'LABEL"..."'` | The stable version's series, such as `version!="{{version}}"`.
                baseline | matchers | none | The baseline's series, such as `track="baseline"`; needed where the router makes one.
                """.replace("LABEL", label);
        return Section.of(name, "What selects each version's series.", types, tracks + String.join("", more));
    }

    private static KeyType type(SetKind kind) {
        KeyType names = KeyType.oneOf(Exporters.names(kind), null);
        Map<String, Object> withLabels =
                Map.of("allOf", List.of(SET.type(), Map.of("properties", Map.of("exporter", names))));
        return KeyType.of(names.word() + ", or set", Map.of("anyOf", List.of(names, withLabels)), null);
    }

    /** What selects each track's series; a track is missing after reporting what is wrong with it. */
    Map<Track, String> labels(YamlNode node) {
        Map<Track, String> labels = labels(node, LABELS);
        if (isSame(labels, Track.CANARY, Track.STABLE)) {
            node.object()
                    .key("stable")
                    .error(
                            "canary and stable have the same labels, so both would read the same series",
                            "write what tells the versions apart, such as version=\"v2\" and version=\"v1\"");
        }
        for (Track other : Track.VERSIONS) {
            if (isSame(labels, Track.BASELINE, other)) {
                node.object()
                        .key("baseline")
                        .error(
                                "baseline and " + other.word()
                                        + " have the same labels, so both would read the same series",
                                "write the label that the rollout gives the baseline's pods, such as track=\"baseline\"");
            }
        }
        return labels;
    }

    private static boolean isSame(Map<Track, String> labels, Track one, Track other) {
        return labels.containsKey(one)
                && labels.containsKey(other)
                && PromQl.sameMatchers(labels.get(one), labels.get(other));
    }

    /** A router that makes a baseline needs what selects the baseline's series, wherever the plan selects a version's. */
    static void checkBaseline(CanaryPlan plan, YamlNode root) {
        boolean made = plan.traffic() != null && plan.traffic().comparesWithBaseline();
        Metrics metrics = plan.metrics();
        if (!made && metrics.labels().containsKey(Track.BASELINE)) {
            root.at("metrics", "labels", "baseline")
                    .error(
                            "no router of this plan makes a baseline",
                            "write baseline: true in traffic.gatewayApi, traffic.istio or traffic.traefik, or leave this"
                                    + " out");
        }
        if (!made) {
            return;
        }
        if (metrics.source() instanceof SourceSettings.Scrape) {
            root.at("metrics", "scrape")
                    .error(
                            "a plan with a baseline reads Prometheus or JSON: the addresses of its pods are not known"
                                    + " before they are made",
                            "add metrics.prometheus, or leave baseline out");
        }
        requireBaseline(metrics.labels(), root.at("metrics", "labels"));
        for (SetChoice set : metrics.sets()) {
            requireBaseline(
                    set.labels(),
                    root.at("metrics", "sets", set.exporter().kind().word(), "labels"));
        }
    }

    private static void requireBaseline(Map<Track, String> labels, YamlNode place) {
        if (!labels.isEmpty() && !labels.containsKey(Track.BASELINE)) {
            place.error(
                    "nothing selects the series of the baseline, which the canary is compared with",
                    "write baseline: 'track=\"baseline\"', the label that the rollout gives its pods");
        }
    }

    /**
     * The label by whose values pods are told apart.
     *
     * @param metrics the section that holds the labels
     */
    static String pod(YamlObject metrics) {
        YamlObject labels = metrics.get("labels", LABELS::at, LABELS.empty());
        return labels.get("pod");
    }

    private Map<Track, String> labels(YamlNode node, Section section) {
        YamlObject o = section.at(node);
        Map<Track, String> labels = new EnumMap<>(Track.class);
        for (Track track : Track.values()) {
            String matchers = o.get(track.word(), this::matchers);
            if (matchers != null) {
                labels.put(track, matchers);
            }
        }
        return labels;
    }

    /** Label matchers such as {@code version="v2",zone!="test"}, as written; null after reporting when they are none. */
    private String matchers(YamlNode node) {
        String example = "write name=\"value\", several separated by commas, for example 'version=\"v2\"'";
        String text = node.checked(
                node.shortText(1_000),
                t -> !t.strip().startsWith("{"),
                "label matchers are written without braces",
                example);
        if (node.parsed(
                        text,
                        t -> MatcherList.parse(Placeholders.filled(t)),
                        "{} is not a list of label matchers",
                        example)
                == null) {
            return null;
        }
        Placeholders.check(node, text, target, Placeholders.OF_TRACKS);
        return text;
    }

    /** @param usual what the plan leaves out */
    static HttpNames http(YamlNode node, HttpNames usual) {
        YamlObject o = HTTP.at(node);
        return new HttpNames(
                o.getOr("requests", usual.requests()),
                o.getOr("status", usual.status()),
                o.getOr("errors", usual.errors()),
                o.getOr("duration", usual.duration()),
                o.getOr("durationUnit", usual.durationUnit() == 1 ? DurationUnit.S : DurationUnit.MS).seconds,
                o.get("testers"));
    }

    private static String testers(YamlNode node) {
        String text = node.shortText(1_000);
        List<?> matchers = node.parsed(
                text,
                MatcherList::parse,
                "these are no label matchers: {why}",
                "write for example 'client=\"canary-probe\"'");
        node.checked(
                matchers,
                m -> m.size() == 1,
                "known testers are selected by one label",
                "write for example 'client=~\"canary-probe|k6\"'");
        return text;
    }

    private static String histogram(YamlNode node) {
        String name = (String) METRIC.reader().apply(node);
        return node.checked(
                name,
                n -> !n.endsWith("_bucket"),
                "a histogram is named without _bucket",
                "write " + String.valueOf(name).replaceFirst("_bucket$", ""));
    }

    private static String expression(YamlNode node) {
        LinearPattern pattern = RequestTypes.pattern(node, "write for example 5.. or 5..|429");
        return pattern == null ? null : pattern.toString();
    }

    List<SetChoice> sets(YamlNode node) {
        YamlObject o = SETS.at(node);
        return Arrays.stream(SetKind.values())
                .map(kind -> o.get(kind.word(), n -> set(n, kind)))
                .filter(Objects::nonNull)
                .toList();
    }

    private SetChoice set(YamlNode node, SetKind kind) {
        if (!node.isObject()) {
            Exporter exporter = exporter(node, kind);
            return exporter == null ? null : new SetChoice(exporter, Map.of(), null);
        }
        YamlObject o = SET.at(node);
        Exporter exporter =
                o.need("exporter", n -> exporter(n, kind), Exporters.names(kind).get(0));
        Map<Track, String> labels = o.get("labels", n -> labels(n, SET_LABELS), Map.of());
        if (exporter != null && o.has("labels") && exporter.isShared()) {
            o.key("labels")
                    .error(
                            "both versions share what " + exporter.name()
                                    + " watches, so its series belong to no track",
                            "write where: 'instance=\"...\"'");
        } else if (exporter != null && o.has("labels") && exporter.http() != null) {
            o.key("labels").error("the HTTP metrics' labels are metrics.labels", "write them there");
        }
        if (exporter != null && o.has("where") && exporter.http() != null) {
            o.key("where").error("the HTTP metrics are selected by metrics.labels alone", "write it there");
        }
        String where = o.get("where", this::matchers);
        return exporter == null ? null : new SetChoice(exporter, labels, where);
    }

    private Exporter exporter(YamlNode node, SetKind kind) {
        Exporter exporter = node.parsed(
                name -> Exporters.named(kind, name).orElse(null),
                "there is no set " + kind.word() + " for {}",
                "there is one for: " + String.join(", ", Exporters.names(kind)));
        if (exporter != null && exporter.isShared() && !(source instanceof SourceSettings.Prometheus)) {
            node.error(
                    exporter.name() + " is scraped beside the service, which a Prometheus server does",
                    "add metrics.prometheus");
        }
        return exporter;
    }

    /** A Prometheus server knows both versions: without labels, built-in metrics could not tell the canary from the stable. */
    static void check(CanaryPlan plan, YamlNode root) {
        if (!(plan.metrics().source() instanceof SourceSettings.Prometheus) || root.has("metrics", "labels")) {
            return;
        }
        Stream<Criterion> gates = plan.phases().stream().flatMap(p -> p.gate().stream());
        Stream<Criterion> proofs = plan.proven().stream().map(Checklist.Item::proof);
        Stream<Criterion> watched = plan.watch() == null
                ? Stream.of()
                : Stream.concat(
                        plan.watch().criteria().stream(), rules(plan.watch().abort()));
        Stream.of(gates, rules(plan.abort()), proofs, watched)
                .flatMap(s -> s)
                .filter(c -> ofTracks(c, plan.metrics()))
                .findFirst()
                .map(c -> c.metric().label())
                .ifPresent(metric -> root.at("metrics")
                        .error(
                                "labels are missing, so " + metric + " would be read from both versions together",
                                ADD_LABELS));
    }

    private static Stream<Criterion> rules(List<AbortRule> abort) {
        return abort.stream().map(AbortRule::criterion).filter(Objects::nonNull);
    }

    private static boolean ofTracks(Criterion c, Metrics metrics) {
        return metrics.set(c.metric().name())
                .map(s -> !s.exporter().isShared() && s.labels().isEmpty())
                .orElseGet(() -> c.minRequests() > 0
                        || BuiltInMetric.named(c.metric().name()).isPresent());
    }
}
