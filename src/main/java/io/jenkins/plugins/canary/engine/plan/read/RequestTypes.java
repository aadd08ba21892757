package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.LinearPattern;
import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What sections have in common that describe requests. Headers have names and values that can be sent, and no secrets. */
final class RequestTypes {

    private static final Map<String, Track> VERSIONS =
            Track.VERSIONS.stream().collect(Collectors.toMap(Track::word, Function.identity()));

    /** One of the two versions. */
    static final KeyType VERSION = KeyType.oneOf(
            Track.VERSIONS.stream().map(Track::word).toList(), node -> node.choice(VERSIONS, "write canary | stable"));

    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]+");
    private static final Pattern SECRET_HEADER = Pattern.compile(
            "(proxy-)?authorization|cookie|.*(token|secret|password|api-?key).*", Pattern.CASE_INSENSITIVE);
    private static final Set<String> OURS =
            Set.of("connection", "content-length", "expect", "host", "upgrade", "transfer-encoding");

    static final KeyType HEADERS = KeyType.byName("values by name", KeyType.SCALAR, RequestTypes::headers);

    /** A path that stays a path, whatever stands in front of it. */
    static final KeyType PATH = KeyType.matching(
            "path",
            Pattern.compile("/[!$-;=?-Z_a-z~]*"),
            "a path",
            "write for example /api/v1/orders?limit=1, percent-encoded where needed");

    private static final Map<String, String> PREFIXES = Map.of("RateLimit", "", "X-RateLimit", "X-");

    /** How the rate limit's headers begin, read as what stands in front of RateLimit-Limit and the others. */
    static final KeyType PREFIX = KeyType.oneOf(List.of("RateLimit", "X-RateLimit"), RequestTypes::prefix);

    private RequestTypes() {}

    private static Map<String, String> headers(YamlNode node) {
        YamlObject o = node.object();
        return o.map(name -> header(o, name, "write auth: { bearer: env:TOKEN } beside the headers"));
    }

    /**
     * The value of a header that holds no secret; null after reporting that it cannot be sent.
     *
     * @param remedy for a header that carries a secret
     */
    static String header(YamlObject o, String name, String remedy) {
        name(o, name);
        if (SECRET_HEADER.matcher(name).matches()) {
            o.key(name).error("the header " + name + " carries a secret, and a plan holds none", remedy);
        }
        return o.value(name)
                .checked(
                        o.value(name).text(),
                        text -> text.chars().allMatch(c -> c >= ' ' && c < 127),
                        "a header's value is plain ASCII on one line",
                        "remove line breaks and other characters");
    }

    /** Reports a name that no header of a plan can have. */
    static void name(YamlObject o, String name) {
        if (!HEADER.matcher(name).matches()) {
            o.key(name).error(YamlNode.shown(name) + " is not a header's name", "write for example Accept");
        } else if (OURS.contains(name.toLowerCase(Locale.ROOT))) {
            o.key(name).error("the header " + name + " is set by the connection itself", "remove it");
        }
    }

    static KeyType rps(Function<YamlNode, Double> reader) {
        return KeyType.of(
                "number, at most 500", Map.of("type", "number", "exclusiveMinimum", 0, "maximum", 500), reader);
    }

    /** Requests a second, more than none and at most so many. */
    static Double rate(YamlNode node, double most) {
        return node.checked(
                node.number(),
                rps -> rps > 0 && rps <= most,
                "{} is not a rate that may be sent",
                "write more than 0 and at most " + Units.write(most, Unit.COUNT) + " a second");
    }

    /** A regular expression; null after reporting that it is none. */
    static LinearPattern pattern(YamlNode node, String remedy) {
        return node.parsed(
                node.shortText(1_000), LinearPattern::compile, "{} is not a regular expression: {why}", remedy);
    }

    static KeyType words(String words, String what, String remedy) {
        List<String> list = List.of(words.split(", "));
        Pattern pattern = Pattern.compile(String.join("|", list));
        return KeyType.oneOf(list, node -> node.matching(pattern, what, remedy));
    }

    private static String prefix(YamlNode node) {
        return node.parsed(
                PREFIXES::get, "{} is not how the rate limit's headers begin", "write RateLimit or X-RateLimit");
    }
}
