package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.http.HttpAnswer;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(90)
class JsonPathExpressionTest {

    private static final String SERVICES =
            "{\"key\":\"y\",\"s\":[{\"n\":\"x-1\",\"v\":1,\"t\":[\"a\",\"b\"]},{\"n\":\"Y-2\",\"v\":4,"
                    + "\"t\":[\"c\"]},{\"v\":9}]}";

    private static String find(String path, String document) throws Exception {
        return JsonPathExpression.compile(path)
                .find(BoundedJson.MAPPER.readTree(document))
                .toString();
    }

    private static Reading number(String path, String document) {
        HttpAnswer answer = new HttpAnswer(
                URI.create("http://metrics"),
                200,
                HttpHeaders.of(Map.of(), (name, value) -> true),
                document.getBytes(StandardCharsets.UTF_8),
                true);
        return new JsonAnswer(new JsonNumber(path), null, null, List.of())
                .read(answer, new SampleAge(Duration.ofMinutes(2)), Duration.ofMinutes(1), Instant.EPOCH);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '§',
            value = {
                "§$.s[?(@.n =~ /x-.*/)].v§~[1]",
                "§$.s[?(@.n =~ /y-.*/)].v§~[]",
                "§$.s[?(@.n =~ /y-.*/i)].v§~[4]",
                "§$.s[?(@.n =~ /x-.*/ || @.v == 9)].v§~[1,9]",
                "§$.s[?(@.n =~ /.*-\\d/ && @.v > 1)].v§~[4]",
                "§$.s[?(!(@.n =~ /x-.*/) && @.n)].v§~[4]",
                "§$.s[?((@.n =~ /x.*/ || @.n =~ /Y.*/) && @.v < 4)].v§~[1]",
                "§$.s[?(@.t[*] =~ /b|c/)].v§~[1,4]",
                "§$.s[?(@.v =~ /[14]/)].v§~[1,4]",
                "§$.s[?($.key =~ /y/)].v§~[1,4,9]",
                "§$.s[?(@.n =~ /x/)].v§~[]",
                "§$.s[ ?( @.n =~ /x-1/ ) ].v§~[1]",
                "§$.s[?(@.n == 'x-1')]['v','n']§~[{\"v\":1,\"n\":\"x-1\"}]",
            })
    void filtersWithPatternsFindWhatTheLibraryFinds(String path, String expected) throws Exception {
        assertEquals(expected, find(path, SERVICES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$[?(@.a =~ /(?=x)/)]",
                "$[?(@.a =~ 'x')]",
                "$[?(/x/ =~ @.a)]",
                "$[?(@.a =~ /x/m)]",
                "$[?(@.a =~ /x)]",
                "$[?(@.a =~ /x/",
                "$.a =~ /x/",
                "$[?(@.a=='=~')]",
                "$[?].a[?(@.b =~ /x/)]",
                "$.x.concat($.y[?(@.a =~ /x/)])",
                "$[?(@.a =~ /(((a{100}){100}){100}){100}/)]",
                "$[?(@.a =~ /x/ &&)]",
                "$[?(@.a =~ /x/)",
                "$[?(@.a[?(@ =~ /c/)])]",
                ""
            })
    void whatCannotBeReadIsRefused(String path) {
        assertThrows(IllegalArgumentException.class, () -> JsonPathExpression.compile(path));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$..[?(@.a =~ /(.*a){24}z/)].v",
                "$..*..*..*..*",
                "$..*.concat($..*)",
                "$..a.sum($..*..*)",
                "$[?($..a =~ /(x*x*)*y/)]",
                "$..[?(@..a)]..[?(@..a)]",
                "$..*.length()"
            })
    void hostileDocumentsCostLittle(String path) throws Exception {
        StringBuilder wide = new StringBuilder("[");
        for (int i = 0; i < 3_000; i++) {
            wide.append("{\"a\":\"").append("a".repeat(60)).append("\",\"b\":[[[1]]]},");
        }
        String nested = "{\"a\":".repeat(90) + "1" + "}".repeat(90);
        String text = "{\"a\":\"" + "a".repeat(3 << 20) + "\"}";
        for (String document : new String[] {wide + "1]", nested, text}) {
            assertTimeoutPreemptively(Duration.ofSeconds(10), () -> number(path, document));
        }
    }

    @Test
    void longNamesInDeepDocumentsCostLittle() {
        String deep =
                ("{\"" + "n".repeat(4_000) + "\":").repeat(90) + "[" + "[1],".repeat(100_000) + "1]" + "}".repeat(90);
        Reading r = assertTimeoutPreemptively(Duration.ofSeconds(10), () -> number("$..x", deep));
        assertEquals(Reading.Status.UNAVAILABLE, r.status());
        assertTrue(r.detail().contains("takes too much work"), r.detail());
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e99999", "-1e99999", "\"+Inf\""})
    void infiniteNumbersAreUnavailable(String number) {
        assertEquals(
                Reading.Status.UNAVAILABLE,
                number("$.v", "{\"v\":" + number + "}").status());
    }

    @Test
    void whatIsTooLargeIsSaidSo() {
        for (String document : new String[] {
            "{\"v\":" + "1".repeat(1_100) + "}",
            "[".repeat(200) + "]".repeat(200),
            "{\"" + "n".repeat(5_000) + "\":1}",
            "[" + "[],".repeat(1_100_000) + "1]"
        }) {
            Reading r = number("$.v", document);
            assertEquals(Reading.Status.UNAVAILABLE, r.status());
            assertTrue(r.detail().contains("larger than is read"), r.detail());
        }
    }

    @Test
    void aLargeHonestDocumentIsRead() {
        StringBuilder all = new StringBuilder("{\"services\":[");
        for (int i = 0; i < 40_000; i++) {
            all.append("{\"name\":\"service-")
                    .append(i)
                    .append("\",\"errors\":{\"rate\":0.0")
                    .append(i)
                    .append("}},");
        }
        String document = all + "{\"total\":7}]}";
        assertEquals(7, number("$..total", document).value());
        assertEquals(
                0.0777,
                number("$.services[?(@.name =~ /service-777/)].errors.rate", document)
                        .value());
    }
}
