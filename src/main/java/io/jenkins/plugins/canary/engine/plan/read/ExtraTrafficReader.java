package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.ExtraTraffic;
import io.jenkins.plugins.canary.engine.traffic.RequestMatch;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads {@code match:} and {@code mirror:} of a phase: what the canary gets beside its weight.
 *
 * @param traffic null when it could not be read
 */
record ExtraTrafficReader(RouterSettings traffic) {

    /** A token of HTTP. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9!#$%&'*+.^_`|~-]{1,200}");

    private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]{0,998}[!-~])?");
    private static final Pattern COOKIE_VALUE = Pattern.compile("[!#-+./0-:<-\\[\\]-~-]{1,1000}");

    private static final Section HEADER = Section.of(
            "header",
            "Requests with this header.",
            Map.of(
                    "header", name("X-Canary"),
                    "value",
                            KeyType.matching(
                                    "text", HEADER_VALUE, "a header's value", "write text on one line: always")),
            """
            name  | header | required, `X-Canary` | The header's name.
            value | value  | required, `always`   | Its whole value.
            """);

    private static final Section COOKIE = Section.of(
            "cookie",
            "Requests with this cookie.",
            Map.of(
                    "cookie", name("canary"),
                    "value",
                            KeyType.matching(
                                    "text",
                                    COOKIE_VALUE,
                                    "a cookie's value",
                                    "write text without spaces, quotes, commas and semicolons: always")),
            """
            name  | cookie | required, `canary` | The cookie's name.
            value | value  | required, `always` | Its whole value.
            """);

    private static final Section MATCH = Section.of(
                    "match",
                    "Whose requests go to the canary: a request that fits one of them.",
                    Map.of(
                            "header", HEADER.type(o -> match(HEADER, RequestMatch.Kind.HEADER, o)),
                            "cookie", COOKIE.type(o -> match(COOKIE, RequestMatch.Kind.COOKIE, o))),
                    """
                    header | header | none, such as `{ name: X-Canary, value: always }` | Requests with this header.
                    cookie | cookie | none, such as `{ name: canary, value: always }`   | Requests with this cookie.
                    """)
            .rule("{'minProperties': 1}");

    /** The types of a phase's keys. */
    static final KeyType MATCHES =
            KeyType.either(null, MATCH.type(), MATCH.type().someOf());

    static final KeyType MIRROR = KeyType.weight("weight above 0", 0, ExtraTrafficReader::share);

    private static KeyType name(String example) {
        return KeyType.matching("name", NAME, "a name", "write letters, digits and dashes: " + example);
    }

    private static Weight share(YamlNode node) {
        return node.checked(node.weight(), w -> !w.isZero(), "a mirror of 0% copies nothing", "write 10%");
    }

    /**
     * @param before what the canary gets beside its weight in the phase before
     * @param phase its keys
     */
    ExtraTraffic read(YamlObject phase, ExtraTraffic before) {
        ExtraTraffic extra = before.mirroring(Weight.ZERO);
        if (phase.has("match")) {
            YamlNode node = phase.value("match");
            List<RequestMatch> all = new ArrayList<>(before.match());
            all.addAll(matches(node));
            extra = new ExtraTraffic(all, Weight.ZERO);
            check(node, extra, RouterDriver::canMatch, "send requests by header or cookie to the canary");
        }
        if (phase.has("mirror")) {
            Weight mirror = phase.get("mirror");
            extra = extra.mirroring(mirror == null ? Weight.ZERO : mirror);
            check(phase.value("mirror"), extra, RouterDriver::canMirror, "copy requests to the canary");
        }
        return extra;
    }

    private void check(YamlNode node, ExtraTraffic extra, Predicate<RouterDriver> can, String what) {
        if (traffic == null) {
            return;
        }
        boolean able = RouterDriver.named(traffic.driver()).filter(can).isPresent();
        String refusal = able
                ? traffic.refusal(extra)
                : "the driver " + traffic.driver() + " cannot " + what + "; these can: "
                        + RouterDriver.all().stream()
                                .filter(can)
                                .map(RouterDriver::name)
                                .sorted()
                                .collect(Collectors.joining(", "));
        if (refusal != null) {
            node.error(refusal, "");
        }
    }

    private static List<RequestMatch> matches(YamlNode node) {
        List<RequestMatch> all = new ArrayList<>();
        for (YamlNode item : node.isList() ? node.list() : List.of(node)) {
            YamlObject o = MATCH.at(item);
            List<RequestMatch> found = new ArrayList<>();
            for (String key : MATCH.keys().stream().map(Section.Key::name).toList()) {
                RequestMatch match = o.get(key);
                if (match != null) {
                    found.add(match);
                }
            }
            if (item.isObject() && o.keys().isEmpty()) {
                item.error("it matches nothing", "write header: { name: X-Canary, value: always }");
            }
            all.addAll(found);
        }
        if (node.isList() && node.list().isEmpty()) {
            node.error("it matches nothing", "write match: { header: { name: X-Canary, value: always } }");
        }
        return all;
    }

    private static RequestMatch match(Section section, RequestMatch.Kind kind, YamlNode node) {
        YamlObject o = section.at(node);
        String name = o.get("name");
        String value = o.get("value");
        if (name != null
                && kind == RequestMatch.Kind.HEADER
                && name.toLowerCase(Locale.ROOT).equals("cookie")) {
            o.value("name").error("a cookie is no header of its own", "write cookie: { name: ..., value: ... }");
            return null;
        }
        return name == null || value == null ? null : new RequestMatch(kind, name, value);
    }
}
