package io.jenkins.plugins.canary.engine.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Weight;
import org.junit.jupiter.api.Test;

class DynamicWeightTest {

    private final DynamicWeight weight = new DynamicWeight(Weight.ofPercent(50), 0.3, 0.02);

    private double percent(double latencyDelta, double errorDelta) {
        return weight.advise(latencyDelta, errorDelta).weight().percent();
    }

    @Test
    void followsTheFormula() {
        assertEquals(50.0, percent(0, 0));
        // factor = exp(-0.5) * 0.96 = 0.58227; 5 + 0.58227 * 45 = 31.20
        assertEquals(31.2, percent(0.05, 0.002));
        // factor = exp(-1) = 0.36788; 5 + 16.55
        assertEquals(21.6, percent(0.1, 0));
        // the floor of the factor: exp(-3) * 0.6 = 0.0299 -> 0.1; 5 + 4.5
        assertEquals(9.5, percent(0.3, 0.02));
    }

    @Test
    void aBetterCanaryGetsNoMoreThanTheMaximum() {
        assertEquals(50.0, percent(-0.5, 0));
        assertEquals(50.0, percent(0, -0.01));
    }

    @Test
    void theBreakerOpensPastEitherThreshold() {
        assertEquals(Weight.ZERO, weight.advise(0.3001, 0).weight());
        assertTrue(weight.advise(0.3001, 0).violated().contains("latency"));
        assertEquals(Weight.ZERO, weight.advise(0, 0.0201).weight());
        assertTrue(weight.advise(0, 0.0201).violated().contains("error"));
        assertNull(weight.advise(0.3, 0.02).violated(), "the threshold itself is allowed");
    }

    @Test
    void whatIsNoNumberGivesNoWeight() {
        assertThrows(IllegalArgumentException.class, () -> weight.advise(Double.NaN, 0));
        assertThrows(IllegalArgumentException.class, () -> weight.advise(0, Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> new DynamicWeight(Weight.ofPercent(4), 1, 1));
    }
}
