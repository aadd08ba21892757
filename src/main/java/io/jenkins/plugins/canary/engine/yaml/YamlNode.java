package io.jenkins.plugins.canary.engine.yaml;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.Weight;
import java.net.URI;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeId;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * One value of a plan, with its place in the file. The typed readers report what is wrong and return null, so that
 * reading goes on and every problem is found.
 */
public final class YamlNode {

    private static final Map<String, Boolean> TRUTH = Map.of("true", true, "false", false);

    private static final Pattern REFERENCE =
            Pattern.compile("(env):([A-Za-z_][A-Za-z0-9_]*)|(file|credentials):(\\S(?:.*\\S)?)");

    private final Node node;
    private final String path;
    private final Problems problems;

    public YamlNode(Node node, String path, Problems problems) {
        this.node = node;
        this.path = path;
        this.problems = problems;
    }

    public String path() {
        return path;
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

    /** The text of a scalar as written; null after reporting when it is none or empty. */
    public String text() {
        if (!isScalar() || ((ScalarNode) node).getValue().isBlank()) {
            error("expected a text, found " + kind(), "");
            return null;
        }
        return ((ScalarNode) node).getValue();
    }

    /** The scalar as written, blank or not; only where {@link #isScalar}. */
    public String scalar() {
        return ((ScalarNode) node).getValue();
    }

    public List<String> texts() {
        return list().stream()
                .map(YamlNode::text)
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    public Duration duration() {
        String text = text();
        Duration d = text == null ? null : Units.duration(text);
        if (text != null && d == null) {
            error(shown(text) + " is not a duration", "write a number with a unit: 90s, 5m, 1h30m, 250ms");
        }
        return d;
    }

    /** A duration that something takes or lasts: a millisecond or more. */
    public Duration positive() {
        Duration d = duration();
        if (d != null && d.toMillis() < 1) {
            error(shown(text()) + " is too short", "write a duration above zero, such as 15s");
            return null;
        }
        return d;
    }

    /** A text of at most so many characters; for what is handed to a parser whose stack is as deep as the text. */
    public String shortText(int longest) {
        String text = text();
        if (text != null && text.length() > longest) {
            error("longer than " + longest + " characters", "shorten it");
            return null;
        }
        return text;
    }

    /** A text that matches completely; null after reporting when it does not. */
    public String matching(Pattern pattern, String what, String remedy) {
        String text = shortText(1_000);
        if (text != null && !pattern.matcher(text).matches()) {
            error(shown(text) + " is not " + what, remedy);
            return null;
        }
        return text;
    }

    public Weight weight() {
        String text = text();
        if (text == null) {
            return null;
        }
        String digits =
                text.endsWith("%") ? text.substring(0, text.length() - 1).trim() : text;
        OptionalDouble percent = Units.number(digits);
        if (percent.isEmpty() || percent.getAsDouble() < 0 || percent.getAsDouble() > 100) {
            error(shown(text) + " is not a weight", "write the percentage of requests, 0 to 100: 5 or 12.5");
            return null;
        }
        if (Math.abs(percent.getAsDouble() * 10 - Math.rint(percent.getAsDouble() * 10)) > 1e-9) {
            error(shown(text) + " is finer than a tenth of a percent", "round it to one decimal");
            return null;
        }
        return Weight.ofPercent(percent.getAsDouble());
    }

    /** A threshold in the metric's own unit. */
    public Double value(Unit unit) {
        String text = text();
        if (text == null) {
            return null;
        }
        OptionalDouble number = Units.number(text);
        OptionalDouble percent = Units.percentage(text);
        Duration duration = Units.duration(text);
        switch (unit) {
            case RATIO:
                if (percent.isPresent()) {
                    return percent.getAsDouble();
                }
                error(
                        shown(text) + " is not a percentage",
                        "write "
                                + (number.isPresent()
                                        ? percent(text, number.getAsDouble())
                                        : "a number with a percent sign: 99% or 0.1%"));
                return null;
            case SECONDS:
                if (duration != null) {
                    return duration.toNanos() / 1e9;
                }
                error(
                        shown(text) + " has no unit of time",
                        "write " + (number.isPresent() ? text + "ms or " + text + "s" : "a duration such as 250ms"));
                return null;
            default:
                if (number.isPresent()) {
                    return number.getAsDouble();
                }
                error(shown(text) + " is not a number", "this metric is a plain number without a unit");
                return null;
        }
    }

    /** A number between 0 and 1 is a share, as other tools write it: 0.99 is 99%. */
    private static String percent(String number, double value) {
        return value >= 0 && value <= 1
                ? new BigDecimal(number)
                                .movePointRight(2)
                                .stripTrailingZeros()
                                .toPlainString() + "%"
                : number + "%";
    }

    /** A relative limit such as 20%, as 0.2; not negative. */
    public Double percentage() {
        String text = text();
        if (text == null) {
            return null;
        }
        OptionalDouble percent = Units.percentage(text);
        if (percent.isEmpty() || percent.getAsDouble() < 0) {
            error(shown(text) + " is not a percentage", "write a number with a percent sign: 20%");
            return null;
        }
        return percent.getAsDouble();
    }

    public Double number() {
        String text = text();
        OptionalDouble n = text == null ? OptionalDouble.empty() : Units.number(text);
        if (text != null && n.isEmpty()) {
            error(shown(text) + " is not a number", "");
        }
        return n.isPresent() ? n.getAsDouble() : null;
    }

    /** A number between the two, which it may be itself. */
    public Double number(double lowest, double highest) {
        Double n = number();
        if (n != null && !(n >= lowest && n <= highest)) {
            error(
                    shown(text()) + " is not from " + Units.print(lowest, Unit.COUNT) + " to "
                            + Units.print(highest, Unit.COUNT),
                    "");
            return null;
        }
        return n;
    }

    /** Texts under names of the plan's own. */
    Map<String, String> textsByName() {
        YamlObject o = object();
        Map<String, String> texts = new LinkedHashMap<>();
        for (String name : o.keys()) {
            String text = o.value(name).text();
            if (text != null) {
                texts.put(name, text);
            }
        }
        return texts;
    }

    /** A reference to a secret; null after reporting that it is none. No message quotes what stands there. */
    public Secrets.Ref secret() {
        Matcher m = REFERENCE.matcher(isScalar() ? scalar() : "");
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

    public Long whole(long lowest, long highest) {
        Double n = number();
        if (n != null && (n != Math.rint(n) || n < lowest || n > highest)) {
            error(shown(text()) + " is not a whole number from " + lowest + " to " + highest, "");
            return null;
        }
        return n == null ? null : n.longValue();
    }

    public Boolean bool() {
        String text = text();
        if (text != null && !TRUTH.containsKey(text)) {
            error(shown(text) + " is neither true nor false", "");
        }
        return TRUTH.get(String.valueOf(text));
    }

    public <E extends Enum<E>> E choice(Class<E> type) {
        String text = text();
        for (E e : type.getEnumConstants()) {
            if (e.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(text)) {
                return e;
            }
        }
        if (text != null) {
            error(
                    shown(text) + " is not one of the choices",
                    "write "
                            + Arrays.stream(type.getEnumConstants())
                                    .map(e -> e.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                                    .collect(Collectors.joining(" | ")));
        }
        return null;
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
        } catch (java.net.URISyntaxException notAnAddress) {
            // reported below, together with addresses of another scheme
        }
        error(shown(text) + " is not an http or https address", "write for example http://prometheus:9090");
        return null;
    }

    /** An address without placeholders: one server answers for both tracks and every rollout. */
    String fixedUrl() {
        String url = url();
        if (url != null && url.contains("{{")) {
            error("a server's address has no placeholders", "write the address itself");
            return null;
        }
        return url;
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
            case scalar -> ((ScalarNode) node).getValue().isBlank() ? "nothing" : shown(((ScalarNode) node).getValue());
            default -> "something else";
        };
    }
}
