package io.jenkins.plugins.canary.engine.yaml;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class YamlWriterTest {

    private static YamlNode read(String text) {
        Problems problems = new Problems();
        YamlNode root = YamlText.parse(text, problems);
        assertEquals(List.of(), problems.all(), text);
        return root;
    }

    @Test
    void isWrittenForPeople() {
        Map<String, Object> plan = new LinkedHashMap<>();
        plan.put("name", "api");
        plan.put("target", Map.of("namespace", "shop"));
        plan.put("phases", List.of(Map.of("weight", 5), Map.of("approval", Map.of())));
        plan.put("query", "sum(\n  up)");
        assertEquals("""
                name: api
                target: {namespace: shop}
                phases:
                  - {weight: 5}
                  - {approval: {}}
                query: |-
                  sum(
                    up)
                """, YamlWriter.write(plan));
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.05", "0.9500000000000001", "0.0010000000000000002", "1E-99", "-1E+15", "1000", "12.50"})
    void numbersAreReadBack(String number) {
        BigDecimal value = new BigDecimal(number);
        YamlNode read = read(YamlWriter.write(Map.of("a", value, "b", List.of("x"))));
        assertEquals(value.doubleValue(), read.at("a").number());
    }

    /** Whatever a text holds, it stays one text: nothing in it becomes a key, a comment or an alias. */
    @Test
    void textsAreReadBack() {
        String signs = "abc01 :#-?*&!|>%@`'\"{}[],\n\t\\=~<.\u00e9\u4e2d\ud83d\ude00\u0007\u2028";
        Random random = new Random(7);
        for (int i = 0; i < 5_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                int at = signs.offsetByCodePoints(0, random.nextInt(signs.codePointCount(0, signs.length())));
                text.appendCodePoint(signs.codePointAt(at));
            }
            String given = text.toString();
            Map<String, Object> document = new LinkedHashMap<>();
            document.put("a", given);
            document.put("b", Map.of("c", given, "d", List.of(given)));
            YamlNode read = read(YamlWriter.write(document));
            assertEquals(given, read.at("a").scalar());
            assertEquals(given, read.at("b", "c").scalar());
            assertEquals(given, read.at("b", "d", 0).scalar());
        }
    }
}
