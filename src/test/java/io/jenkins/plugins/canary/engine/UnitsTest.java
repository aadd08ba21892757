package io.jenkins.plugins.canary.engine;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class UnitsTest {

    /** The exact decimal value of the double, rounded half up, as the oracle. */
    private static void isRounded(double value) {
        double size = Math.abs(value);
        int digits = size < 1000 ? 3 : Math.max(6, (int) Math.log10(size) + 1);
        BigDecimal exact = new BigDecimal(value).round(new MathContext(digits));
        BigDecimal printed = new BigDecimal(Units.print(value, Unit.COUNT).replace(",", ""));
        assertEquals(0, exact.compareTo(printed), value + " is " + exact + ", not " + printed);
    }

    @Test
    void numbersAreRoundedByTheirExactValue() {
        Random random = new Random(7);
        for (int i = 0; i < 200_000; i++) {
            double size = Math.pow(10, random.nextInt(28) - 14);
            isRounded((random.nextDouble() - 0.5) * size);
            // Halves, which a product of doubles would decide wrongly: 1.005 is less than it seems.
            isRounded((random.nextInt(2_000_000) + 0.5) / 1_000);
            isRounded((random.nextInt(2_000) + 0.5) * size);
        }
    }

    @Test
    void powersOfTenAndTheirNeighboursAreRounded() {
        for (int power = -14; power <= 14; power++) {
            double value = Double.parseDouble("1e" + power);
            DoubleStream.of(value, Math.nextUp(value), Math.nextDown(value), -value, 9.995 * value, 9.9949999 * value)
                    .forEach(UnitsTest::isRounded);
        }
        isRounded(0);
    }

    @Test
    void sharesAreWrittenAsPercentOrAsNumbers() {
        assertEquals(0.002, Units.share("0.2%").orElseThrow());
        assertEquals(0.002, Units.share("0.002").orElseThrow());
        for (String none : List.of("100%", "1", "-1%", "some", "")) {
            assertTrue(Units.share(none).isEmpty(), none);
        }
    }
}
