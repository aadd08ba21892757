package io.jenkins.plugins.canary.rollouts;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Run;
import java.util.Collection;
import java.util.List;
import jenkins.model.Tab;
import jenkins.model.TransientActionFactory;
import jenkins.model.experimentalflags.UserExperimentalFlag;

/** The tab and the card of the rollouts on the new build page; leads to what {@link RolloutsAction} shows. */
public final class RolloutsTab extends Tab {

    private final RolloutsAction action;

    private RolloutsTab(RolloutsAction action) {
        super(action.getRun());
        this.action = action;
    }

    public List<RolloutRow> getRows() {
        return action.getRows();
    }

    /** In place of the rows, where there are too many of them; else null. */
    public String getCounts() {
        return action.isMany() ? action.getCounts() : null;
    }

    @Override
    public String getIconFileName() {
        return action.getIconFileName();
    }

    @Override
    public String getDisplayName() {
        return action.getDisplayName();
    }

    @Override
    public String getUrlName() {
        return action.getUrlName();
    }

    /** For builds that have rollouts, and people who have the new build page switched on. */
    @Extension
    @SuppressWarnings("rawtypes")
    public static final class Factory extends TransientActionFactory<Run> {

        private static final String FLAG = "jenkins.model.experimentalflags.NewBuildPageUserExperimentalFlag";

        @Override
        public Class<Run> type() {
            return Run.class;
        }

        @Override
        public Class<RolloutsTab> actionType() {
            return RolloutsTab.class;
        }

        @NonNull
        @Override
        public Collection<RolloutsTab> createFor(@NonNull Run build) {
            Boolean on = UserExperimentalFlag.getFlagValueForCurrentUser(FLAG);
            if (!Boolean.TRUE.equals(on)) {
                return List.of();
            }
            // Only what the build itself keeps: asking it for all actions would ask this factory again.
            for (Object action : ((Run<?, ?>) build).getActions()) {
                if (action instanceof RolloutsAction rollouts) {
                    return List.of(new RolloutsTab(rollouts));
                }
            }
            return List.of();
        }
    }
}
