package io.jenkins.plugins.canary.rollouts;

import hudson.model.Api;
import hudson.model.Run;
import java.util.List;
import java.util.Optional;
import org.kohsuke.stapler.StaplerFallback;

/**
 * {@code BUILD/canary/}: the gate page of the build's rollout, or a list that leads to each one's. What a rollout
 * answers is answered here for the newest.
 */
public final class RolloutsPage implements StaplerFallback {

    private final RolloutsAction action;

    RolloutsPage(RolloutsAction action) {
        this.action = action;
    }

    public Run<?, ?> getObject() {
        return action.getRun();
    }

    public String getDisplayName() {
        return action.getDisplayName();
    }

    public Api getApi() {
        return new Api(action);
    }

    public List<RolloutRow> getRows() {
        return action.getRows();
    }

    /** The only rollout's page; null when there are several. */
    public RolloutPage getOnly() {
        List<RolloutRecord> all = action.getRollouts();
        return all.size() == 1 ? new RolloutPage(action, all.get(0)) : null;
    }

    /** Found by the rollout's id. */
    public RolloutPage getDynamic(String id) {
        return action.find(id).map(r -> new RolloutPage(action, r)).orElse(null);
    }

    @Override
    public Object getStaplerFallback() {
        Optional<RolloutRecord> newest = action.last(null);
        return newest.map(r -> new RolloutPage(action, r)).orElse(null);
    }
}
