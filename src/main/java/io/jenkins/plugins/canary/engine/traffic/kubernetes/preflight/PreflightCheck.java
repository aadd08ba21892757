package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Right;
import java.util.List;

/** Looks at one thing in a cluster before the first request goes to a canary. Keeps nothing; may block. */
interface PreflightCheck {

    /** As in the plan. */
    String name();

    /**
     * Reads, and changes nothing.
     *
     * @throws RouterException when it cannot be looked at
     */
    void look(ClusterContext context, Findings found) throws RouterException;

    /** What the look needs beside the driver's own rights. */
    default List<Right> rights(boolean fix) {
        return List.of();
    }

    /** Changes what {@link #look} found, where that can be, with what was before written down in the same write. */
    default void applyFixes(ClusterContext context, Findings fixed) throws RouterException {}

    /** Puts back what was changed for this rollout; nothing when nothing was. */
    default void restore(ClusterContext context) throws RouterException {}

    /** What a check does when it only looks. */
    @FunctionalInterface
    interface Look {
        void at(ClusterContext context, Findings found) throws RouterException;
    }

    /** A check that only looks. */
    record Looking(String name, List<Right> rights, Look look) implements PreflightCheck {

        @Override
        public List<Right> rights(boolean fix) {
            return rights;
        }

        @Override
        public void look(ClusterContext context, Findings found) throws RouterException {
            look.at(context, found);
        }
    }

    /** What one check finds goes into a list of all findings, under its name. */
    record Findings(String check, List<PreflightFinding> all) {

        void error(Object object, String what, String why, String remedy) {
            add(PreflightFinding.Severity.ERROR, object, what, why, remedy);
        }

        void warning(Object object, String what, String why, String remedy) {
            add(PreflightFinding.Severity.WARNING, object, what, why, remedy);
        }

        void note(Object object, String what, String why) {
            add(PreflightFinding.Severity.NOTE, object, what, why, "");
        }

        void add(PreflightFinding.Severity severity, Object object, String what, String why, String remedy) {
            all.add(new PreflightFinding(check, severity, object.toString(), what, why, remedy));
        }
    }
}
