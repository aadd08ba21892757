package io.jenkins.plugins.canary.engine.metric;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Unit;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A value that a metric cannot have is no reading, whatever a threshold would say of it. */
class ValueRangeTest {

    private static Reading check(Unit unit, double value) {
        return ValueRange.of(unit).check(unit, Reading.of(value));
    }

    @ParameterizedTest
    @CsvSource({
        "RATIO, 50, the query yields percent; divide by 100",
        "RATIO, 1.2, the query yields percent",
        "RATIO, -3, a share is never negative",
        "RATIO, 5000, outside of the metric's range",
        "SECONDS, -0.2, a duration is never negative",
        "SECONDS, 1.7e9, a point in time",
        "PER_SECOND, -1, a rate is never negative",
        "COUNT, -1, a count is never negative",
        "COUNT, 1e19, outside of the metric's range",
        "COUNT, 2e15, outside of the metric's range"
    })
    void impossibleValuesAreUnavailableWithTheLikelyCause(Unit unit, double value, String says) {
        Reading reading = check(unit, value);
        assertEquals(Reading.Status.UNAVAILABLE, reading.status());
        assertTrue(reading.detail().contains(says), reading.detail());
    }

    @ParameterizedTest
    @CsvSource({
        "RATIO, 0",
        "RATIO, 1",
        "RATIO, 0.993",
        "SECONDS, 0",
        "SECONDS, 86400",
        "PER_SECOND, 100000",
        "COUNT, 1e12"
    })
    void possibleValuesStay(Unit unit, double value) {
        assertEquals(Reading.of(value), check(unit, value));
    }

    @Test
    void whatRoundingDidIsUndone() {
        assertEquals(1, check(Unit.RATIO, 1.0000001).value(), "all of the requests, extrapolated apart");
        assertEquals(1, check(Unit.RATIO, 1.03).value());
        assertEquals(0, check(Unit.RATIO, -1e-9).value());
    }

    @Test
    void aPlanMayGiveAMetricItsOwnRange() {
        ValueRange wide = new ValueRange(-50, 2);
        assertTrue(wide.check(Unit.COUNT, Reading.of(-20)).ok());
        assertEquals(
                "the value 3 is outside of the metric's range, -50 to 2: correct the query, or give a metric of the plan a 'range'",
                wide.check(Unit.COUNT, Reading.of(3)).detail());
    }

    @Test
    void samplesThatAreTooOldOrFromTheFutureAreNoData() {
        Instant now = Instant.parse("2026-02-01T10:00:00Z");
        SampleAge age = new SampleAge(Duration.ofMinutes(2));
        Reading reading = Reading.of(0.5);
        assertEquals(reading, age.check(reading, now.minusSeconds(120), now));
        assertEquals(reading, age.check(reading, now.plusSeconds(30), now));
        assertEquals(
                "the newest sample is 365 d old, and 2 min is the most that metrics.maxAge allows",
                age.check(reading, now.minus(Duration.ofDays(365)), now).detail());
        assertTrue(age.check(reading, now.plusSeconds(60), now)
                .detail()
                .startsWith("the sample is from 1 min in the future"));
        assertEquals(
                Reading.Status.NO_DATA,
                age.check(reading, now.minusSeconds(121), now).status());
    }
}
