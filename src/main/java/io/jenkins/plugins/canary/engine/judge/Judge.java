package io.jenkins.plugins.canary.engine.judge;

import com.fasterxml.jackson.annotation.JsonValue;
import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Judges two recorded series: what {@code canary judge} does with its two files. Control is stable, experiment the
 * canary. The answer is a {@link Judgment}, whose Jackson form is the command's JSON.
 *
 * @param floor the error rate that is never harm, for counts
 * @param ranks for {@link Test#MANN_WHITNEY}
 */
public record Judge(Test test, Comparison comparison, double floor, RankSettings ranks) {

    public Judge(Test test, Comparison comparison, double floor) {
        this(test, comparison, floor, RankSettings.USUAL);
    }

    /** The same as one of several tests, of which none may call harm wrongly (Bonferroni). */
    public Judge sharedBy(int tests) {
        return new Judge(test, comparison.sharedBy(tests), floor, ranks);
    }

    public enum Test {
        /** {@link MannWhitney}: one number a row. */
        MANN_WHITNEY("mannWhitney"),
        /** {@link CountTest}: rows of failures and total, added up. */
        COUNTS("counts"),
        /** Each row a tick: {@link SequentialCounts} when the rows are failures and total, else {@link SequentialMeans}. */
        SEQUENTIAL("sequential");

        private final String word;

        Test(String word) {
            this.word = word;
        }

        @JsonValue
        public String word() {
            return word;
        }

        /** @throws IllegalArgumentException naming the choices */
        public static Test of(String word) {
            for (Test test : values()) {
                if (test.word.toLowerCase(Locale.ROOT).equals(word.toLowerCase(Locale.ROOT))) {
                    return test;
                }
            }
            throw new IllegalArgumentException("'" + word + "' is no test; write mannWhitney, counts or sequential");
        }
    }

    /** As many equal rows in a row are no coincidence. */
    private static final int IDENTICAL = 5;

    /** What is asked, in words: {@code mannWhitney: not above stable by more than 25% (98% confidence)}. */
    public String label() {
        return test.word + ": "
                + switch (comparison.direction()) {
                    case INCREASE -> "not above";
                    case DECREASE -> "not below";
                    case EITHER -> "not away from";
                }
                + " stable by more than " + Units.print(comparison.tolerance(), Unit.RATIO) + " ("
                + Units.print(comparison.confidence(), Unit.RATIO) + " confidence)";
    }

    /** @throws IllegalArgumentException when a series cannot be read; says which line of which */
    public Judgment judge(Samples control, Samples experiment) {
        return switch (test) {
            case MANN_WHITNEY -> ranks.test(comparison).judge(experiment.values(), control.values());
            case COUNTS -> counts(control.counts(), experiment.counts());
            case SEQUENTIAL ->
                control.areCounts() || experiment.areCounts()
                        ? ticks(control.counts(), experiment.counts())
                        : ticks(control.values(), experiment.values());
        };
    }

    /** Rows of equal number are ticks: one at which a track had no requests compares nothing, as for a sequence. */
    private Judgment counts(List<Counts> stable, List<Counts> canary) {
        boolean ticks = stable.size() == canary.size();
        int[] used = IntStream.range(0, ticks ? stable.size() : 0)
                .filter(i -> stable.get(i).total() > 0 && canary.get(i).total() > 0)
                .toArray();
        Counts x = ticks ? sum(Arrays.stream(used).mapToObj(canary::get)) : sum(canary.stream());
        Counts y = ticks ? sum(Arrays.stream(used).mapToObj(stable::get)) : sum(stable.stream());
        return same(stable, canary)
                ? Judgment.overlap(x, y)
                : new CountTest(comparison, floor, CountTest.DEFAULT_MIN_REQUESTS).judge(x, y);
    }

    private Judgment ticks(List<Counts> stable, List<Counts> canary) {
        if (same(stable, canary)) {
            return Judgment.overlap(sum(canary.stream()), sum(stable.stream()));
        }
        SequentialCounts state = SequentialCounts.start(comparison, floor);
        // Rows without a partner are ticks at which the other track had no requests.
        for (int i = 0; i < Math.min(stable.size(), canary.size()) && !Verdict.settled(state.ended()); i++) {
            state = state.plus(canary.get(i), stable.get(i));
        }
        return state.judgment();
    }

    private Judgment ticks(double[] stable, double[] canary) {
        SequentialMeans state = SequentialMeans.start(comparison);
        for (int i = 0; i < Math.min(stable.length, canary.length) && !Verdict.settled(state.ended()); i++) {
            state = state.plus(canary[i], stable[i]);
        }
        Judgment judgment = state.judgment();
        int alone = Math.abs(stable.length - canary.length);
        return alone == 0 || state.ended() != null
                ? judgment
                : judgment.as(
                        judgment.verdict(),
                        judgment.explanation() + "; " + alone + " rows of the longer file have no partner");
    }

    private static boolean same(List<Counts> stable, List<Counts> canary) {
        return stable.equals(canary)
                && stable.size() >= IDENTICAL
                && stable.stream().distinct().count() > 1;
    }

    private static Counts sum(Stream<Counts> counts) {
        return counts.reduce(Counts.NONE, Counts::plus);
    }
}
