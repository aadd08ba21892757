package io.jenkins.plugins.canary.engine.yaml;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One value of a plan, with its place in the file. The typed readers report what is wrong and return null, so that
 * reading goes on and every problem is found. In messages {@code {}} stands for the value as it was written.
 */
public record YamlNode(Node node, String path, Problems problems) {

    private static final Map<String, Boolean> TRUTH = Map.of("true", true, "false", false);

    private static final Pattern TIME_OF_DAY = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d");
    private static final Pattern REFERENCE =
            Pattern.compile("(env):([A-Za-z_][A-Za-z0-9_]*)|(file|credentials):(\\S(?:.*\\S)?)");

    /** The file that the plan extends, or the policy, in which the value stands; "" for the plan itself. */
    public String file() {
        return YamlTree.file(node.getStartMark());
    }

    public int line() {
        return node.getStartMark() == null ? 0 : node.getStartMark().getLine() + 1;
    }

    public int column() {
        return node.getStartMark() == null ? 0 : node.getStartMark().getColumn() + 1;
    }

    public void error(String message, String remedy) {
        problems.error(this, message, remedy);
    }

    public void warning(String message, String remedy) {
        problems.warning(this, message, remedy);
    }

    public boolean isObject() {
        return node.getNodeId() == NodeId.mapping;
    }

    public boolean isList() {
        return node.getNodeId() == NodeId.sequence;
    }

    public boolean isScalar() {
        return node.getNodeId() == NodeId.scalar;
    }

    /**
     * The node at a path of keys (String) and positions (Integer); where the plan leaves it to a default, the nearest
     * node above it.
     */
    public YamlNode at(Object... path) {
        YamlNode node = this;
        for (Object step : path) {
            YamlNode next = node.child(step);
            if (next == null) {
                return node;
            }
            node = next;
        }
        return node;
    }

    public boolean has(Object... path) {
        YamlNode node = this;
        for (int i = 0; i < path.length && node != null; i++) {
            node = node.child(path[i]);
        }
        return node != null;
    }

    private YamlNode child(Object step) {
        if (step instanceof String key) {
            return isObject() ? object().value(key) : null;
        }
        List<YamlNode> items = isList() ? list() : List.of();
        int index = (Integer) step;
        return index < items.size() ? items.get(index) : null;
    }

    /** The mapping; an empty one after reporting when it is something else. */
    public YamlObject object() {
        if (!isObject()) {
            error("expected keys and values, found " + kind(), "write { key: value } or indented lines");
        }
        return new YamlObject(this, isObject() ? (MappingNode) node : null, problems);
    }

    /** The items; none after reporting when it is something else. */
    public List<YamlNode> list() {
        List<YamlNode> items = new ArrayList<>();
        if (!isList()) {
            error("expected a list, found " + kind(), "write [ a, b ] or lines that start with '-'");
            return items;
        }
        for (Node item : ((SequenceNode) node).getValue()) {
            items.add(new YamlNode(item, path + "[" + items.size() + "]", problems));
        }
        return items;
    }

    /** What a reader makes of the items, without those that it reports. */
    public <T> List<T> list(Function<YamlNode, T> reader) {
        return list().stream().map(reader).filter(Objects::nonNull).toList();
    }

    /** The same, and reports each item that is called as one before it, with what it is called. */
    public <T> List<T> distinct(Function<YamlNode, T> reader, Function<T, String> label, String twice) {
        Set<String> labels = new HashSet<>();
        return list(item -> {
            T read = reader.apply(item);
            if (read != null && !labels.add(label.apply(read))) {
                item.error(twice + label.apply(read), "keep one of them");
            }
            return read;
        });
    }

    /** The text of a scalar as written; null after reporting when it is none or empty. */
    public String text() {
        if (!isScalar() || scalar().isBlank()) {
            error("expected a text, found " + kind(), "");
            return null;
        }
        return scalar();
    }

    /** The scalar as written, blank or not; only where {@link #isScalar}. */
    public String scalar() {
        return ((ScalarNode) node).getValue();
    }

    public List<String> texts() {
        return list(YamlNode::text);
    }

    /** A text of at most so many characters; for what is handed to a parser whose stack is as deep as the text. */
    public String shortText(int longest) {
        return checked(text(), t -> t.length() <= longest, "longer than " + longest + " characters", "shorten it");
    }

    /** What a text says; null after reporting when the parser yields null. */
    public <T> T parsed(Function<String, T> parser, String message, String remedy) {
        return parsed(text(), parser, message, remedy);
    }

    /** The same of a text that was read from here; what the parser throws stands in the message as {@code {why}}. */
    public <T> T parsed(String text, Function<String, T> parser, String message, String remedy) {
        try {
            T value = text == null ? null : parser.apply(text);
            return text == null || value != null ? value : refuse(message, remedy);
        } catch (IllegalArgumentException broken) {
            return refuse(message.replace("{why}", String.valueOf(broken.getMessage())), remedy);
        }
    }

    /** A value that was read from here; null after reporting when it is not fine. */
    public <T> T checked(T value, Predicate<? super T> fine, String message, String remedy) {
        return value == null || fine.test(value) ? value : refuse(message, remedy);
    }

    private static Double boxed(OptionalDouble number) {
        return number.isPresent() ? number.getAsDouble() : null;
    }

    private <T> T refuse(String message, String remedy) {
        error(message.replace("{}", shown(scalar())), remedy);
        return null;
    }

    public Duration duration() {
        return parsed(Units::duration, "{} is not a duration", "write a number with a unit: 90s, 5m, 1h30m, 250ms");
    }

    /** A duration that something takes or lasts: a millisecond or more. */
    public Duration positive() {
        String remedy = "write a duration above zero, such as 15s";
        return checked(duration(), d -> d.toMillis() >= 1, "{} is too short", remedy);
    }

    /** {@code 09:00}, as clocks with 24 hours show it. */
    public LocalTime timeOfDay() {
        return parsed(
                text -> TIME_OF_DAY.matcher(text).matches() ? LocalTime.parse(text) : null,
                "{} is not a time of day",
                "write hours and minutes, 00:00 to 23:59: 09:00");
    }

    /** A time zone by its name in the IANA database. */
    public ZoneId timeZone() {
        return parsed(
                text -> ZoneId.getAvailableZoneIds().contains(text) ? ZoneId.of(text) : null,
                "{} is not a time zone",
                "write a name of the IANA database, such as Europe/Berlin or UTC");
    }

    /** A text that matches completely; null after reporting when it does not. */
    public String matching(Pattern pattern, String what, String remedy) {
        return checked(shortText(1_000), t -> pattern.matcher(t).matches(), "{} is not " + what, remedy);
    }

    public Weight weight() {
        String remedy = "write the percentage of requests, 0 to 100: 5 or 12.5";
        Double number = parsed(
                text -> boxed(Units.number(
                        text.endsWith("%")
                                ? text.substring(0, text.length() - 1).trim()
                                : text)),
                "{} is not a weight",
                remedy);
        Double percent = checked(number, p -> p >= 0 && p <= 100, "{} is not a weight", remedy);
        return percent == null
                ? null
                : parsed(
                        text -> Weight.exactly(percent).orElse(null),
                        "{} is finer than a tenth of a percent",
                        "round it to one decimal");
    }

    /** A threshold in the metric's own unit. */
    public Double value(Unit unit) {
        String bare = isScalar() && Units.number(scalar()).isPresent() ? scalar() : null;
        return switch (unit) {
            case RATIO ->
                parsed(
                        text -> boxed(Units.percentage(text)),
                        "{} is not a percentage",
                        "write " + (bare == null ? "a number with a percent sign: 99% or 0.1%" : percent(bare)));
            case SECONDS -> {
                Duration duration = parsed(
                        Units::duration,
                        "{} has no unit of time",
                        "write " + (bare == null ? "a duration such as 250ms" : bare + "ms or " + bare + "s"));
                yield duration == null ? null : Double.valueOf(duration.toNanos() / 1e9);
            }
            default ->
                parsed(
                        text -> boxed(Units.number(text)),
                        "{} is not a number",
                        "this metric is a plain number without a unit");
        };
    }

    /** A number between 0 and 1 is a share, as other tools write it: 0.99 is 99%. */
    private static String percent(String number) {
        double value = Double.parseDouble(number);
        return value >= 0 && value <= 1
                ? new BigDecimal(number).movePointRight(2).stripTrailingZeros().toPlainString() + "%"
                : number + "%";
    }

    /** A relative limit such as 20%, as 0.2; not negative. */
    public Double percentage() {
        String remedy = "write a number with a percent sign: 20%";
        Double share = parsed(text -> boxed(Units.percentage(text)), "{} is not a percentage", remedy);
        return checked(share, s -> s >= 0, "{} is not a percentage", remedy);
    }

    public Double number() {
        return parsed(text -> boxed(Units.number(text)), "{} is not a number", "");
    }

    /** A number between the two, which it may be itself. */
    public Double number(double lowest, double highest) {
        String range = Units.print(lowest, Unit.COUNT) + " to " + Units.print(highest, Unit.COUNT);
        return checked(number(), n -> n >= lowest && n <= highest, "{} is not from " + range, "");
    }

    public Long whole(long lowest, long highest) {
        Double n = checked(
                number(),
                v -> v == Math.rint(v) && v >= lowest && v <= highest,
                "{} is not a whole number from " + lowest + " to " + highest,
                "");
        return n == null ? null : n.longValue();
    }

    /** Texts under names of the plan's own. */
    Map<String, String> textsByName() {
        YamlObject o = object();
        return o.map(name -> o.value(name).text());
    }

    /** A reference to a secret; null after reporting that it is none. No message quotes what stands there. */
    public Secrets.Ref secret() {
        return secret(isScalar() ? scalar() : "");
    }

    /** The same of a text that was read from here. */
    public Secrets.Ref secret(String text) {
        Matcher m = REFERENCE.matcher(text);
        if (!m.matches()) {
            error(
                    "a secret is referred to, never written into a plan",
                    "write env:NAME, file:PATH or, in Jenkins, credentials:ID; if this was a real secret, replace it");
            return null;
        }
        return m.group(1) != null
                ? new PlanRef(PlanRef.Kind.ENV, m.group(2))
                : new PlanRef(m.group(3).equals("file") ? PlanRef.Kind.FILE : PlanRef.Kind.CREDENTIALS, m.group(4));
    }

    public Boolean bool() {
        return parsed(TRUTH::get, "{} is neither true nor false", "");
    }

    public <E extends Enum<E>> E choice(Class<E> type) {
        return choice(
                KeyType.words(type),
                "write " + String.join(" | ", KeyType.words(type).keySet()));
    }

    /** What one of some words stands for. */
    public <T> T choice(Map<String, T> words, String remedy) {
        return parsed(words::get, "{} is not one of the choices", remedy);
    }

    /** An absolute http or https address; placeholders such as {@code {{track}}} may stand anywhere behind the scheme. */
    public String url() {
        String text = text();
        if (text == null) {
            return null;
        }
        try {
            URI uri = new URI(text.replaceAll("\\{\\{\\w+}}", "x"));
            if (("http".equals(uri.getScheme()) || "https".equals(uri.getScheme())) && uri.getHost() != null) {
                if (uri.getUserInfo() != null) {
                    error("the address carries a user name or password", "put them under auth, as references");
                    return null;
                }
                return text;
            }
        } catch (URISyntaxException notAnAddress) {
            // reported below, together with addresses of another scheme
        }
        return refuse("{} is not an http or https address", "write for example http://prometheus:9090");
    }

    /** An address without placeholders: one server answers for both tracks and every rollout. */
    String fixedUrl() {
        return checked(
                url(), u -> !u.contains("{{"), "a server's address has no placeholders", "write the address itself");
    }

    /** A value as a message quotes it: short, on one line, without what a terminal would obey or a password in a URL. */
    public static String shown(String text) {
        String line = text.replaceAll("//[^/@]*@", "//...@").replaceAll("[\\p{Cntrl}\\p{Zl}\\p{Zp}\\p{Cf}]", " ");
        return "'" + (line.length() > 60 ? line.substring(0, 57) + "..." : line) + "'";
    }

    private String kind() {
        return switch (node.getNodeId()) {
            case mapping -> "keys and values";
            case sequence -> "a list";
            case scalar -> scalar().isBlank() ? "nothing" : shown(scalar());
            default -> "something else";
        };
    }
}
