package io.jenkins.plugins.canary.dashboard;

import io.jenkins.plugins.canary.engine.Unit;
import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.report.DoraMetrics;
import java.time.Duration;
import java.util.List;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** {@link DoraMetrics} for pages and the API. */
@ExportedBean(defaultVisibility = 3)
public final class DoraFigures {

    private static final int DAYS_A_WEEK = 7;

    /** One figure in words. */
    public record Figure(String title, String words, boolean known) {
        static Figure of(String title, String words) {
            return new Figure(title, words, true);
        }

        static Figure tooFew(String title, int have, int need) {
            return new Figure(title, Messages.DoraFigures_tooFew(have, need), false);
        }
    }

    private final String name;
    private final DoraMetrics metrics;

    /** @param name of the rollouts that it is of; null for all of them */
    DoraFigures(String name, DoraMetrics metrics) {
        this.name = name;
        this.metrics = metrics;
    }

    @Exported
    public String getName() {
        return name;
    }

    /** What the figures are of: the days before now. */
    @Exported
    public long getDays() {
        return DoraMetrics.WINDOW.toDays();
    }

    /** Promoted or rolled back. */
    @Exported
    public int getDeployments() {
        return metrics.deployments();
    }

    @Exported
    public int getPromoted() {
        return metrics.promoted();
    }

    /** Deployment frequency. */
    @Exported
    public double getPromotedPerDay() {
        return metrics.promotedPerDay();
    }

    /** 0 to 1; null of too few rollouts. */
    @Exported
    public Double getChangeFailureRate() {
        return metrics.changeFailureRate();
    }

    /** The median in milliseconds; null of too few rollouts. */
    @Exported
    public Long getLeadTimeMillis() {
        return metrics.leadTime().millis();
    }

    /** The median in milliseconds; null of too few rollouts. */
    @Exported
    public Long getTimeToRestoreMillis() {
        return metrics.timeToRestore().millis();
    }

    /** All four, in words. */
    public List<Figure> getAll() {
        return List.of(
                frequency(),
                median(Messages.DoraFigures_leadTime(), metrics.leadTime()),
                failures(),
                median(Messages.DoraFigures_restore(), metrics.timeToRestore()));
    }

    private Figure frequency() {
        double perDay = metrics.promotedPerDay();
        double perWeek = perDay * DAYS_A_WEEK;
        return Figure.of(
                Messages.DoraFigures_frequency(),
                perDay >= 1
                        ? Messages.DoraFigures_perDay(Units.print(perDay, Unit.COUNT))
                        : perWeek >= 1
                                ? Messages.DoraFigures_perWeek(Units.print(perWeek, Unit.COUNT))
                                : Messages.DoraFigures_inDays(metrics.promoted(), getDays()));
    }

    private Figure failures() {
        String title = Messages.DoraFigures_failures();
        return metrics.changeFailureRate() == null
                ? Figure.tooFew(title, metrics.deployments(), DoraMetrics.ENOUGH)
                : Figure.of(title, Units.print(metrics.changeFailureRate(), Unit.RATIO));
    }

    private static Figure median(String title, DoraMetrics.Median median) {
        return median.millis() == null
                ? Figure.tooFew(title, median.of(), DoraMetrics.ENOUGH_TIMES)
                : Figure.of(title, Units.print(Duration.ofMillis(median.millis())));
    }
}
