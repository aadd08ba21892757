package io.jenkins.plugins.canary.engine.report;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.gate.Check;

/** Adds up the checks of one criterion. */
final class CheckTally {

    private final long[] outcomes = new long[4];
    private double least = Double.POSITIVE_INFINITY;
    private double greatest = Double.NEGATIVE_INFINITY;
    private double sum;
    private long values;
    private Check last;
    private Long firstFail;
    private String firstFailSays;

    void add(long at, Check check) {
        last = check;
        outcomes[
                switch (check.outcome()) {
                    case PASS -> 0;
                    case FAIL -> 1;
                    case NO_DATA -> 2;
                    case UNAVAILABLE -> 3;
                }]++;
        if (outcomes[1] == 1 && firstFail == null) {
            firstFail = at;
            firstFailSays = check.says();
        }
        if (check.value() != null) {
            least = Math.min(least, check.value());
            greatest = Math.max(greatest, check.value());
            sum += check.value();
            values++;
        }
    }

    Report.CriterionReport report(String criterion, Unit unit, String query) {
        return new Report.CriterionReport(
                criterion,
                unit,
                query,
                outcomes[0],
                outcomes[1],
                outcomes[2],
                outcomes[3],
                values == 0 ? null : least,
                values == 0 ? null : sum / values,
                values == 0 ? null : greatest,
                last == null ? null : last.outcome(),
                last,
                firstFail,
                firstFailSays);
    }
}
