package io.jenkins.plugins.canary.engine.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {

    @Test
    void placesAreFilled() {
        assertEquals(
                "sum(rate(x{app=\"api\",version=\"v2\"}[5m]))",
                promQl(
                        "sum(rate(x{app=\"{{target}}\",{{labels}}}[{{ window }}]))",
                        "target",
                        "api",
                        "labels",
                        "version=\"v2\"",
                        "window",
                        "5m"));
    }

    @Test
    void aValueCannotLeaveItsString() {
        String evil = "v2\"} or up{a=\"\\\n";
        assertEquals("x{v=\"v2\\\"} or up{a=\\\"\\\\\\n\"}", promQl("x{v=\"{{version}}\"}", "version", evil));
        assertEquals("x{v='it\\'s \"v2\"'}", promQl("x{v='{{version}}'}", "version", "it's \"v2\""));
        assertEquals("x{v=`a\\b`}", promQl("x{v=`{{version}}`}", "version", "a\\b"));
        assertFails("backticks", "x{v=`{{version}}`}", "version", "a`b");
    }

    @Test
    void insideAPatternAValueIsLiteral() {
        assertEquals("x{pod=~\"api\\\\.v1\\\\.2-.*\"}", promQl("x{pod=~\"{{version}}-.*\"}", "version", "api.v1.2"));
        assertEquals(
                "x{pod!~`v1\\.2`,a=\"v1.2\"}", promQl("x{pod!~`{{version}}`,a=\"{{version}}\"}", "version", "v1.2"));
    }

    @Test
    void outsideOfStringsOnlyNamesAndDurationsMayStand() {
        assertEquals("api_gateway:errors", promQl("{{target}}:errors", "target", "api_gateway"));
        assertFails("put it into quotes", "{{target}}:errors", "target", "api-gateway");
        assertFails("put it into quotes", "x{v=\"a\\\"\"} > {{version}}", "version", "1 or up");
    }

    @Test
    void anUnknownPlaceholderIsNamedWithThoseThereAre() {
        String says = assertFails("{{verison}}", "x{v=\"{{verison}}\"}", "version", "v2", "track", "canary");
        assertTrue(says.endsWith("there are {{track}}, {{version}}"), says);
    }

    @Test
    void aPlaceholderWithoutAValueSaysSo() {
        assertFails("has no value in this rollout", "x{v=\"{{version}}\"}", "version", null);
    }

    @Test
    void inAnAddressValuesArePercentEncoded() {
        assertEquals(
                "http://x/a%2Fb%20c?v=1%2B%26%3D",
                new Template("http://x/{{target}}?v={{version}}", Map.of("target", "a/b c", "version", "1+&=")).url());
    }

    private static String promQl(String text, String... values) {
        Map<String, String> known = new HashMap<>();
        for (int i = 0; i < values.length; i += 2) {
            known.put(values[i], values[i + 1]);
        }
        return new Template(text, known).query();
    }

    private static String assertFails(String part, String text, String... values) {
        String says = assertThrows(IllegalArgumentException.class, () -> promQl(text, values))
                .getMessage();
        assertTrue(says.contains(part), says);
        return says;
    }
}
