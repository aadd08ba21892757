package io.jenkins.plugins.canary.checks;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.rollout.WatchFold;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.CriterionRow;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.PhaseRow;
import io.jenkins.plugins.canary.engine.view.RolloutView;
import io.jenkins.plugins.checks.api.ChecksConclusion;
import io.jenkins.plugins.checks.api.ChecksDetails;
import io.jenkins.plugins.checks.api.ChecksDetails.ChecksDetailsBuilder;
import io.jenkins.plugins.checks.api.ChecksOutput.ChecksOutputBuilder;
import io.jenkins.plugins.checks.api.ChecksStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the checks on a commit say of a rollout: one check until the promotion, and one more for the watch after it, since
 * GitHub never opens a completed check again. For the same reason a check that waits for a person is in progress.
 */
final class RolloutCheck {

    private static final int LONGEST_TITLE = 200;
    private static final int MOST_ROWS = 50;

    private final String name;
    private final RolloutView view;
    private final RolloutState state;
    private final String page;

    /**
     * @param name of the check; the same each time
     * @param page the gate page's address; null where there is none
     */
    RolloutCheck(String name, RolloutView view, String page) {
        this.name = name;
        this.view = view;
        this.state = view.state();
        this.page = page;
    }

    List<ChecksDetails> details() {
        List<ChecksDetails> all = new ArrayList<>();
        WatchFold watch = state.watch();
        boolean promoted = watch != null || state.isPromoted();
        if (promoted) {
            String says = state.started().subject() + " is promoted";
            all.add(check(name, ChecksConclusion.SUCCESS, says, says, phases()));
        } else {
            all.add(check(name, conclusion(), title(), summary(), phases() + criteria()));
        }
        if (watch != null && view.plan().watch() != null) {
            all.add(check(name + " (watch)", watchConclusion(watch), title(), summary(), criteria()));
        }
        return all;
    }

    private ChecksConclusion conclusion() {
        if (!state.isEnded()) {
            return ChecksConclusion.NONE;
        }
        return switch (state.ended().outcome()) {
            case PROMOTED -> ChecksConclusion.SUCCESS;
            case ROLLED_BACK -> view.stopTimes().abandoned() ? ChecksConclusion.CANCELED : ChecksConclusion.FAILURE;
            // Nobody watches the canary, which still gets requests.
            case HELD -> ChecksConclusion.ACTION_REQUIRED;
            case FAILED -> ChecksConclusion.FAILURE;
        };
    }

    private ChecksConclusion watchConclusion(WatchFold watch) {
        if (!state.isEnded()) {
            return ChecksConclusion.NONE;
        }
        boolean breached = watch.breach() != null && watch.breach().accepted() == null;
        return state.ended().outcome() == Outcome.PROMOTED && !breached
                ? ChecksConclusion.SUCCESS
                : ChecksConclusion.FAILURE;
    }

    /** @param conclusion none while it is in progress */
    private ChecksDetails check(String of, ChecksConclusion conclusion, String title, String summary, String text) {
        boolean begun = state.phase() >= 0 || state.isEnded();
        ChecksStatus open = begun ? ChecksStatus.IN_PROGRESS : ChecksStatus.QUEUED;
        ChecksDetailsBuilder check = new ChecksDetailsBuilder()
                .withName(of)
                .withStatus(conclusion == ChecksConclusion.NONE ? open : ChecksStatus.COMPLETED)
                .withConclusion(conclusion)
                .withStartedAt(utc(state.started().at()))
                .withOutput(new ChecksOutputBuilder()
                        .withTitle(title)
                        .withSummary(summary)
                        .withText(text)
                        .build());
        if (conclusion != ChecksConclusion.NONE) {
            check.withCompletedAt(utc(state.isEnded() ? state.ended().at() : state.lastEventAt()));
        }
        if (page != null) {
            check.withDetailsURL(page);
        }
        return check.build();
    }

    private static LocalDateTime utc(long at) {
        return LocalDateTime.ofInstant(Instant.ofEpochMilli(at), ZoneOffset.UTC);
    }

    /** Plain text. */
    private String title() {
        return PlainText.clip(view.headline().says(), LONGEST_TITLE);
    }

    private String summary() {
        return Markdown.text(view.headline().line());
    }

    private String phases() {
        StringBuilder out = new StringBuilder("### Phases\n\n")
                .append(Markdown.head(List.of("Phase", "Traffic", "State", "Green for")));
        List<PhaseRow> rows = view.phases();
        for (PhaseRow row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
            out.append(Markdown.row(List.of(
                    Markdown.text(row.name()),
                    Markdown.text(row.traffic() == null ? row.weight().toString() : row.traffic()),
                    word(row.state()),
                    Units.print(seconds(row.greenMillis())) + " of "
                            + Units.print(Duration.ofMillis(row.holdMillis())))));
        }
        return out.append(more(rows.size())).append('\n').toString();
    }

    private static Duration seconds(long millis) {
        return Duration.ofSeconds(millis / 1000);
    }

    private String criteria() {
        List<CriterionRow> rows = view.criteria();
        if (rows.isEmpty()) {
            return "";
        }
        StringBuilder out = new StringBuilder("### Criteria\n\n")
                .append(Markdown.head(List.of("Criterion", "Canary", "Stable", "Result")));
        for (CriterionRow row : rows.subList(0, Math.min(MOST_ROWS, rows.size()))) {
            String says = row.says() == null ? "" : ": " + Markdown.text(row.says());
            out.append(Markdown.row(List.of(
                    Markdown.text(row.label()),
                    value(row, row.value()),
                    value(row, row.stable()),
                    row.outcome() == null ? "not checked yet" : word(row.outcome()) + says)));
        }
        return out.append(more(rows.size())).toString();
    }

    private static String value(CriterionRow row, Double value) {
        return value == null ? "" : Units.print(value, row.unit());
    }

    private static String more(int rows) {
        return rows <= MOST_ROWS ? "" : "\n" + (rows - MOST_ROWS) + " more are on the gate page.\n";
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
