package io.jenkins.plugins.canary.dashboard;

import hudson.model.ModelObject;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.report.PastRollout;
import io.jenkins.plugins.canary.engine.report.cost.CostModel;
import io.jenkins.plugins.canary.engine.report.cost.CostText;
import io.jenkins.plugins.canary.engine.report.cost.RolloutHistory;
import io.jenkins.plugins.canary.engine.report.cost.Strategy;
import io.jenkins.plugins.canary.rollouts.RolloutManager;
import java.util.List;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;

/** What releasing costs in a month: given figures, and the rates of the rollouts that the reader may see. */
public final class CostPage implements ModelObject {

    private final RolloutHistory history = RolloutHistory.of(past());
    private String problem;
    private CostModel model;

    CostPage() {
        try {
            model = history.into(given(Stapler.getCurrentRequest2()));
        } catch (IllegalArgumentException e) {
            problem = e.getMessage();
            model = history.into(CostModel.DEFAULT);
        }
    }

    /** The defaults, with what the form says in place of some of them. */
    private static CostModel given(StaplerRequest2 req) {
        CostModel d = CostModel.DEFAULT;
        return new CostModel(
                figure(req, "deployments", d.deployments()),
                figure(req, "incidentCost", d.incidentCost()),
                figure(req, "oncallHourly", d.oncallHourly()),
                figure(req, "cloudMonthly", d.cloudMonthly()),
                figure(req, "wasteShare", d.wasteShare()),
                figure(req, "rightSizingShare", d.rightSizingShare()),
                new Strategy(
                        figure(req, "rollbackRate", d.fixed().rollbackRate()),
                        figure(req, "restoreMinutes", d.fixed().restoreMinutes()),
                        figure(req, "falseStopRate", d.fixed().falseStopRate())),
                d.dynamic());
    }

    private static double figure(StaplerRequest2 req, String name, double usual) {
        String text = req == null ? null : req.getParameter(name);
        if (text == null || text.isBlank()) {
            return usual;
        }
        try {
            return Double.parseDouble(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " is no number: " + text, e);
        }
    }

    private static List<PastRollout> past() {
        return RolloutManager.get().ended().read(job -> job.hasPermission(CanaryPermissions.VIEW)).stream()
                .flatMap(of -> of.rollouts().stream())
                .toList();
    }

    @Override
    public String getDisplayName() {
        return Messages.CostPage_displayName();
    }

    /** A figure as people type it. */
    public String plain(double figure) {
        return CostText.number(figure);
    }

    /** Why the figures in the form are not used; null when they are. */
    public String getProblem() {
        return problem;
    }

    /** Whose figures stand in the form. */
    public CostModel getModel() {
        return model;
    }

    public List<CostText.Row> getRows() {
        return CostText.rows(model);
    }

    /** The sum that matters. */
    public String getSaved() {
        return CostText.sums(model).get(0);
    }

    /** The others. */
    public List<String> getSums() {
        List<String> all = CostText.sums(model);
        return all.subList(1, all.size());
    }

    public List<String> getCaveats() {
        return CostText.caveats(model);
    }

    public List<String> getAssumptions() {
        return CostText.assumptions(model);
    }

    public List<String> getHistory() {
        return CostText.history(history);
    }
}
