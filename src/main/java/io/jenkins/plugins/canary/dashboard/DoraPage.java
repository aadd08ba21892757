package io.jenkins.plugins.canary.dashboard;

import hudson.model.Api;
import hudson.model.Job;
import hudson.model.ModelObject;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.report.DoraMetrics;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.rollouts.EndedRollouts;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** {@code canary-rollouts/dora/}: DORA's figures for each rollout's name that the reader may see, and how they are counted. */
@ExportedBean
public final class DoraPage implements ModelObject {

    private final List<PastRollout> rollouts = visible(job -> true);

    DoraPage() {}

    /** Null before builds have been read for the first time, and when the reader may see no job that has had a rollout. */
    static DoraFigures of(Predicate<Job<?, ?>> which) {
        List<PastRollout> past = visible(which);
        return past == null
                ? null
                : new DoraFigures(
                        null, DoraMetrics.of(past, RolloutManager.get().now()));
    }

    private static List<PastRollout> visible(Predicate<Job<?, ?>> which) {
        List<EndedRollouts.OfJob> known = RolloutManager.get().ended().known();
        List<EndedRollouts.OfJob> visible = known == null
                ? List.of()
                : known.stream()
                        .filter(of -> of.job().hasPermission(CanaryPermissions.VIEW) && which.test(of.job()))
                        .toList();
        return visible.isEmpty()
                ? null
                : visible.stream().flatMap(of -> of.rollouts().stream()).toList();
    }

    /** By name. */
    @Exported(visibility = 2)
    public List<DoraFigures> getServices() {
        if (rollouts == null) {
            return List.of();
        }
        long now = RolloutManager.get().now();
        return rollouts.stream()
                .collect(Collectors.groupingBy(PastRollout::name, TreeMap::new, Collectors.toList()))
                .entrySet()
                .stream()
                .map(of -> new DoraFigures(of.getKey(), DoraMetrics.of(of.getValue(), now)))
                .filter(of -> of.getDeployments() > 0)
                .toList();
    }

    public int getEnough() {
        return DoraMetrics.ENOUGH;
    }

    public int getEnoughTimes() {
        return DoraMetrics.ENOUGH_TIMES;
    }

    public Api getApi() {
        return new Api(this);
    }

    @Override
    public String getDisplayName() {
        return Messages.DoraPage_displayName();
    }
}
