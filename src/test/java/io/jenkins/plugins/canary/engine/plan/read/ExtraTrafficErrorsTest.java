package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What may be wrong with {@code match:} and {@code mirror:}: each is told with its place and what to write instead. */
class ExtraTrafficErrorsTest {

    private static final String ONE = "{ name: One, weight: 10, hold: 5m }";
    private static final String FULL = "{ name: Full, weight: 100 }";

    private static List<String> errors(String text) {
        return PlanReader.check(text).problems().stream()
                .filter(p -> p.severity() == Problem.Severity.ERROR)
                .map(p -> p.path() + ": " + p.message() + (p.remedy().isEmpty() ? "" : "; " + p.remedy()))
                .toList();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "hold: 5m | phases[0]: 'weight' is missing; write weight: 5",
                "weight: 5, mirror: 10% | phases[0]: a phase has one of weight, match and mirror; make a phase of each: match and mirror first",
                "mirror: 0 | phases[0].mirror: a mirror of 0% copies nothing; write 10%",
                "match: {} | phases[0].match: it matches nothing; write header: { name: X-Canary, value: always }",
                "match: [] | phases[0].match: it matches nothing; write match: { header: { name: X-Canary, value: always } }",
                "match: { header: { name: Cookie, value: a } } | phases[0].match.header.name: a cookie is no header of its own; write cookie: { name: ..., value: ... }",
                "match: { header: { name: X-Canary } } | phases[0].match.header: 'value' is missing; write value: always",
                "match: { cookie: { name: canary, value: 'a;b' } } | phases[0].match.cookie.value: 'a;b' is not a cookie's value; write text without spaces, quotes, commas and semicolons: always",
            })
    void isReportedOnceAtItsPlace(String keys, String says) {
        assertEquals(List.of(says), errors(PlanTexts.sound(ONE, "{ name: One, " + keys + " }")));
    }

    @ParameterizedTest
    @CsvSource({"mirror: 10%", "'match: { header: { name: X-Canary, value: always } }'"})
    void comesBeforeTheFirstWeight(String keys) {
        assertEquals(
                List.of("phases[2]: the phase comes after the weight 50%: users have the canary by then;"
                        + " move the phase before the first one with a weight"),
                errors(PlanTexts.sound(FULL, "{ name: Full, " + keys + " }")));
    }

    @ParameterizedTest
    @CsvSource({
        "mirror: 10%,copy requests to the canary,mirror",
        "'match: { header: { name: X-Canary, value: always } }',send requests by header or cookie to the canary,match"
    })
    void aDriverThatCannotNamesThoseThatCan(String keys, String what, String key) {
        String text =
                PlanTexts.sound(ONE, "{ name: One, " + keys + " }").replace("fake: { refuses: 13 }", "deployment: {}");
        List<String> errors = errors(text);
        assertEquals(1, errors.size(), errors::toString);
        String start = "phases[0]." + key + ": the driver deployment cannot " + what + "; these can: ";
        assertEquals(start, errors.get(0).substring(0, start.length()));
        assertEquals(true, errors.get(0).contains("gatewayApi, "), errors.get(0));
    }
}
