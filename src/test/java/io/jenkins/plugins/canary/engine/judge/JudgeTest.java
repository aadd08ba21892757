package io.jenkins.plugins.canary.engine.judge;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Reading and judging two files. */
class JudgeTest {

    private static Judgment judge(Judge.Test test, String control, String experiment) {
        return new Judge(test, Comparison.DEFAULT, CountTest.DEFAULT_FLOOR)
                .judge(Samples.of(control, "control.csv"), Samples.of(experiment, "experiment.csv"));
    }

    private static String lines(int seed, int size, double centre) {
        Random random = new Random(seed);
        return IntStream.range(0, size)
                .mapToObj(i -> String.valueOf(centre * (1 + 0.1 * random.nextGaussian())))
                .collect(Collectors.joining("\n"));
    }

    private static String ticks(int size, int failures, int total) {
        return IntStream.range(0, size)
                .mapToObj(i -> (failures + i % 2) + "," + (total + i))
                .collect(Collectors.joining("\n"));
    }

    @Test
    void readsOneNumberALine() {
        assertArrayEquals(
                new double[] {1, -2.5, Double.NaN, 3e-2},
                Samples.of("\uFEFF# recorded in May\n1\n\n -2.5 \r\nNaN\n+3e-2\n", "f")
                        .values());
        assertEquals(0, Samples.of("", "f").values().length);
    }

    @Test
    void readsATableByItsHeader() {
        assertArrayEquals(
                new double[] {0.2, Double.NaN},
                Samples.of("time,Value\n1,0.2\n2,\n", "f").values());
        assertEquals(
                List.of(new Counts(1, 40), new Counts(0, 38)),
                Samples.of("total;failures\n40;1\n38.0;0\n", "f").counts());
        assertEquals(List.of(new Counts(1, 40)), Samples.of("1,40", "f").counts());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1\\n2\\nabc|line 3: 'abc' is not a number",
                "1\\n\\n0x1F|line 3: '0x1F' is not a number",
                "1\\nInf|line 2: 'Inf' is infinite",
                "1e999|infinite",
                "1,2\\n3,4|write one number a line",
                "time,latency\\n1,2|'value'",
                "x\\ny|line 2"
            })
    void saysWhichLineOfValuesIsWrong(String text, String says) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Samples.of(text.replace("\\n", "\n"), "control.csv")
                                .values())
                .getMessage();
        assertTrue(message.startsWith("control.csv: ") && message.contains(says), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1,40\\n-1,40|line 2: counts are not negative",
                "41,40|line 1: more failures than requests: 41 of 40",
                "1.5,40|line 1: '1.5' is not a whole number",
                ",40|line 1: '' is not a whole number",
                "1,40\\n7|line 2: 1 columns instead of 2",
                "1,1e300|line 1: '1e300' is not a whole number",
                "failures,requests\\n1,2|'total'"
            })
    void saysWhichLineOfCountsIsWrong(String text, String says) {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Samples.of(text.replace("\\n", "\n"), "control.csv")
                                .counts())
                .getMessage();
        assertTrue(message.startsWith("control.csv: ") && message.contains(says), message);
    }

    @Test
    void reportsEveryWrongLineUpToTen() {
        String message = assertThrows(
                        IllegalArgumentException.class,
                        () -> Samples.of("1\n" + "x1\n".repeat(12), "f").values())
                .getMessage();
        assertTrue(
                message.contains("line 2:") && message.contains("line 11:") && message.endsWith("and 2 more"), message);
    }

    @Test
    void judgesSeries() {
        assertEquals(
                Verdict.HIGH,
                judge(Judge.Test.MANN_WHITNEY, lines(1, 30, 100), lines(2, 40, 160))
                        .verdict());
        assertEquals(
                Verdict.LOW,
                judge(Judge.Test.MANN_WHITNEY, lines(1, 30, 100), lines(2, 40, 50))
                        .verdict());
        assertEquals(
                Verdict.PASS,
                judge(Judge.Test.MANN_WHITNEY, lines(1, 30, 100), lines(2, 40, 100))
                        .verdict());
    }

    @Test
    void judgesCounts() {
        assertEquals(
                Verdict.HIGH,
                judge(Judge.Test.COUNTS, "0,2000\n0,2000", "1,20\n2,20").verdict());
        assertEquals(
                Verdict.PASS,
                judge(Judge.Test.COUNTS, "0,2000\n0,2000", "1,20\n0,20").verdict());
    }

    @Test
    void judgesTicks() {
        assertEquals(
                Verdict.HIGH,
                judge(Judge.Test.SEQUENTIAL, ticks(30, 0, 500), ticks(30, 5, 50))
                        .verdict());
        Judgment means = judge(Judge.Test.SEQUENTIAL, lines(1, 60, 100), lines(2, 50, 160));
        assertEquals(Verdict.HIGH, means.verdict(), means.explanation());
        Judgment early = judge(Judge.Test.SEQUENTIAL, lines(1, 9, 100), lines(2, 4, 110));
        assertEquals(Verdict.NODATA, early.verdict(), early.explanation());
        assertTrue(early.explanation().contains("5 rows of the longer file have no partner"), early.explanation());
    }

    @ParameterizedTest
    @CsvSource({"MANN_WHITNEY", "COUNTS", "SEQUENTIAL"})
    void nothingToJudgeIsNoData(Judge.Test test) {
        String some = test == Judge.Test.COUNTS ? "1,40" : "1";
        for (String[] files : new String[][] {{"", ""}, {"# nothing", ""}, {some, ""}, {"", some}}) {
            Judgment j = judge(test, files[0], files[1]);
            assertEquals(Verdict.NODATA, j.verdict(), j.explanation());
        }
    }

    @Test
    void theSameFileTwiceIsNoData() {
        assertEquals(
                Verdict.NODATA,
                judge(Judge.Test.COUNTS, ticks(30, 5, 50), ticks(30, 5, 50)).verdict());
        assertEquals(
                Verdict.NODATA,
                judge(Judge.Test.SEQUENTIAL, ticks(30, 5, 50), ticks(30, 5, 50)).verdict());
        assertEquals(
                Verdict.NODATA,
                judge(Judge.Test.SEQUENTIAL, lines(1, 99, 7), lines(1, 99, 7)).verdict());
        assertEquals(
                Verdict.NODATA,
                judge(Judge.Test.MANN_WHITNEY, lines(1, 99, 7), lines(1, 99, 7)).verdict());
    }

    /** All fail alike in the end; stable's good ticks in which the canary was idle compare nothing. */
    @Test
    void ticksWithoutRequestsOfOneTrackAreLeftOut() {
        String stable = "0,900\n".repeat(20) + "90,100\n".repeat(20);
        String canary = "0,0\n".repeat(20) + "9,10\n".repeat(20);
        for (Judge.Test test : new Judge.Test[] {Judge.Test.COUNTS, Judge.Test.SEQUENTIAL}) {
            Judgment j = judge(test, stable, canary);
            assertTrue(!j.verdict().harm(), j.explanation());
            assertTrue(j.explanation().contains("180 of 200"), j.explanation());
            assertTrue(j.explanation().contains("1800 of 2000"), j.explanation());
        }
    }

    @Test
    void namesTheTests() {
        assertEquals(Judge.Test.MANN_WHITNEY, Judge.Test.of("mannWhitney"));
        assertThrows(IllegalArgumentException.class, () -> Judge.Test.of("anova"));
    }
}
