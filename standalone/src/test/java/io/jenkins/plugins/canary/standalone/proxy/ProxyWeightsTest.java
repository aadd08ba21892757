package io.jenkins.plugins.canary.standalone.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Track;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.standalone.proxy.WeightedBalancer.ProxyWeights;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyWeightsTest {

    /** Not only from the first request on: of any 1000 in a row, wherever they begin. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 50, 125, 333, 500, 999, 1000})
    void exactInEveryWindowOfAThousand(int tenths) {
        ProxyWeights split = new ProxyWeights();
        boolean[] canary = new boolean[5000];
        for (int i = 0; i < canary.length; i++) {
            canary[i] = split.next(new Weight(tenths)) == Track.CANARY;
        }
        for (int from = 0; from + 1000 <= canary.length; from++) {
            int count = 0;
            for (int i = from; i < from + 1000; i++) {
                count += canary[i] ? 1 : 0;
            }
            assertEquals(tenths, count, "from request " + from);
        }
    }

    /** Never two requests further from the ideal line than one: no bursts for a canary that is still cold. */
    @ParameterizedTest
    @ValueSource(ints = {7, 50, 125, 501})
    void evenlySpread(int tenths) {
        ProxyWeights split = new ProxyWeights();
        int canary = 0;
        for (int i = 1; i <= 10_000; i++) {
            canary += split.next(new Weight(tenths)) == Track.CANARY ? 1 : 0;
            assertTrue(Math.abs(canary - i * tenths / 1000.0) < 1, "after " + i);
        }
    }

    @Test
    void nothingIsOwedAfterAShiftToZero() {
        ProxyWeights split = new ProxyWeights();
        for (int i = 0; i < 999; i++) {
            split.next(new Weight(1));
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(Track.STABLE, split.next(Weight.ZERO));
        }
    }
}
