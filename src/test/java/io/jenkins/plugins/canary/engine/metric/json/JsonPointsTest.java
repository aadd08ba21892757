package io.jenkins.plugins.canary.engine.metric.json;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.jenkins.plugins.canary.engine.metric.JsonQuery.Take;
import io.jenkins.plugins.canary.engine.metric.Reading;
import io.jenkins.plugins.canary.engine.metric.SampleAge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class JsonPointsTest {

    private static final Instant NOW = Instant.parse("2026-02-01T10:05:00Z");

    private static Reading read(Take take, Object... pairs) {
        List<JsonNode> values = new ArrayList<>();
        List<JsonNode> times = new ArrayList<>();
        for (int i = 0; i < pairs.length; i += 2) {
            times.add(LongNode.valueOf(NOW.getEpochSecond() + (int) pairs[i]));
            values.add(
                    pairs[i + 1] == null
                            ? NullNode.instance
                            : pairs[i + 1] instanceof String text
                                    ? TextNode.valueOf(text)
                                    : DoubleNode.valueOf(((Number) pairs[i + 1]).doubleValue()));
        }
        return points(take).of(values, times);
    }

    private static JsonPoints points(Take take) {
        return new JsonPoints(take, new SampleAge(Duration.ofMinutes(2)), Duration.ofMinutes(1), NOW);
    }

    @ParameterizedTest
    @CsvSource({"LAST, 4", "MEAN, 3", "SUM, 6", "MIN, 2", "MAX, 4"})
    void onlyTheWindowsPointsCount(Take take, double expected) {
        assertEquals(Reading.of(expected), read(take, -90, 100, -60, 2, -5, 4));
    }

    @ParameterizedTest
    @EnumSource(Take.class)
    void theOrderOfThePointsMakesNoDifference(Take take) {
        Random random = new Random(7);
        List<Object[]> pairs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            pairs.add(new Object[] {-3 * i, 1 + random.nextInt(9)});
        }
        Reading sorted = read(take, flat(pairs));
        for (int i = 0; i < 50; i++) {
            Collections.shuffle(pairs, random);
            assertEquals(sorted, read(take, flat(pairs)));
        }
    }

    private static Object[] flat(List<Object[]> pairs) {
        return pairs.stream().flatMap(java.util.Arrays::stream).toArray();
    }

    @Test
    void ofTwoPointsOfOneTimeTheLaterInTheDocumentCounts() {
        assertEquals(Reading.of(7), read(Take.SUM, -10, 3, -10, 7));
    }

    @Test
    void whatHasNoValueAndWhatIsToComeIsLeftOut() {
        assertEquals(Reading.of(3), read(Take.LAST, -20, 3, -10, null, -5, "NaN", 120, 99));
        Reading none = read(Take.LAST, -20, null, 120, 99);
        assertEquals(Reading.Status.NO_DATA, none.status());
    }

    @Test
    void aPointThatIsTooOldIsNoReading() {
        Reading old = read(Take.MEAN, -300, 3);
        assertEquals(Reading.Status.NO_DATA, old.status());
        assertTrue(old.detail().contains("5 min old"), old.detail());
    }

    @Test
    void aTextThatIsNoNumberIsNotSkipped() {
        assertEquals(
                Reading.Status.UNAVAILABLE, read(Take.LAST, -20, 3, -10, "n/a").status());
    }

    @Test
    void asManyTimesAsValues() {
        Reading r = points(Take.LAST)
                .of(List.of(DoubleNode.valueOf(1), DoubleNode.valueOf(2)), List.of(LongNode.valueOf(1)));
        assertEquals(Reading.Status.UNAVAILABLE, r.status());
        assertEquals("there are 2 values and 1 times", r.detail());
    }

    @Test
    void withoutTimesThePointsAreInOrder() {
        assertEquals(
                Reading.of(2),
                points(Take.LAST).of(List.of(DoubleNode.valueOf(1), DoubleNode.valueOf(2), NullNode.instance), null));
    }
}
