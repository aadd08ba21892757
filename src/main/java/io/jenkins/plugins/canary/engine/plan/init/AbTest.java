package io.jenkins.plugins.canary.engine.plan.init;

import static io.jenkins.plugins.canary.engine.plan.init.Manifest.items;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.keys;
import static io.jenkins.plugins.canary.engine.plan.init.Manifest.text;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Requests that an A/B test of Flagger gives to the canary, as the entries of a phase's {@code match}.
 *
 * @param matches one header or cookie each; none where there is no A/B test, or one of another kind
 */
record AbTest(List<Map<String, Object>> matches) {

    private static final AbTest NONE = new AbTest(List.of());

    /** As Flagger's documentation writes it: {@code ^(.*?;)?(canary=always)(;.*)?$}. */
    private static final Pattern COOKIE =
            Pattern.compile("\\^\\(\\.\\*\\?;\\)\\?\\((\\w+)=(\\w+)\\)\\(;\\.\\*\\)\\?\\$");

    static AbTest of(YamlNode analysis) {
        List<Map<String, Object>> matches = new ArrayList<>();
        for (YamlNode match : items(analysis, "match")) {
            List<String> headers = keys(match, "headers");
            if (keys(match).size() != 1 || headers.size() != 1) {
                return NONE;
            }
            String header = headers.get(0);
            String exact = text(match, "headers", header, "exact");
            Matcher cookie = COOKIE.matcher(text(match, "headers", header, "regex"));
            if (header.equalsIgnoreCase("cookie") && cookie.matches()) {
                matches.add(Map.of("cookie", PlanBuilder.map("name", cookie.group(1), "value", cookie.group(2))));
            } else if (!exact.isEmpty()) {
                matches.add(Map.of("header", PlanBuilder.map("name", header, "value", exact)));
            } else {
                return NONE;
            }
        }
        return new AbTest(List.copyOf(matches));
    }

    boolean isNone() {
        return matches.isEmpty();
    }

    /** An Ingress of nginx knows one header and one cookie, and of the cookie the value always. */
    boolean fitsAnIngress() {
        long headers = matches.stream().filter(m -> m.containsKey("header")).count();
        List<String> cookies = matches.stream()
                .filter(m -> m.containsKey("cookie"))
                .map(m -> ((Map<?, ?>) m.get("cookie")).get("value").toString())
                .toList();
        return headers <= 1 && (cookies.isEmpty() || cookies.equals(List.of("always")));
    }

    /** The phase before the first weight. */
    Map<String, Object> phase(Duration hold) {
        return PlanBuilder.map("name", "Cohort", "match", matches, "hold", Units.write(hold));
    }
}
