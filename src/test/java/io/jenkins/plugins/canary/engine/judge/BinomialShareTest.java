package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BinomialShareTest {

    /** R: {@code binom.test(hits, of)$conf.int}. */
    @ParameterizedTest
    @CsvSource({
        "9, 10, 0.5549839, 0.9974714",
        "0, 10, 0, 0.3084971",
        "10, 10, 0.6915029, 1",
        "3, 20, 0.03207094, 0.37892683",
        "2, 3, 0.09429932, 0.99159624"
    })
    void intervalOfClopperAndPearson(long hits, long of, double low, double high) {
        BinomialShare share = new BinomialShare(hits, of);
        assertEquals(low, share.low(), 1e-7);
        assertEquals(high, share.high(), 1e-7);
        assertEquals((double) hits / of, share.share());
    }

    @Test
    void nothingHasNoShare() {
        assertTrue(Double.isNaN(new BinomialShare(0, 0).share()));
    }
}
