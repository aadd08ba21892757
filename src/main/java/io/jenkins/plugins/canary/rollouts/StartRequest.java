package io.jenkins.plugins.canary.rollouts;

import hudson.model.Cause;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.Sha256;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;
import java.util.Optional;

/**
 * A step's wish to begin a rollout.
 *
 * @param name null for the plan's own; becomes part of file names, and so has a plan name's form
 * @param version null when the step gives none
 * @param node id of the step's node in the pipeline
 */
public record StartRequest(
        Run<?, ?> build, CanaryPlan plan, String name, String version, AdvanceMode mode, String node) {

    public StartRequest {
        name = name == null ? plan.name() : name;
    }

    /** What is wrong with a rollout's name and what to do; empty when nothing is. */
    public static Optional<String> problemOf(String name) {
        return DnsName.LABEL.matcher(name).matches()
                ? Optional.empty()
                : Optional.of(
                        "'" + name + "' cannot be a rollout's name: use lower-case letters, digits and '-', at most 63,"
                                + " with a letter or digit first and last, such as team-api");
    }

    /**
     * The same step of the same build has the same id, however often it is begun: nothing starts twice. The whole digest,
     * since whoever names jobs could find two builds that share a part of it.
     */
    public String id() {
        return name + "-" + Sha256.hex(build.getExternalizableId()) + "-" + node;
    }

    /** Who started the build. */
    public static String by(Run<?, ?> build) {
        Cause.UserIdCause user = build.getCause(Cause.UserIdCause.class);
        return user == null || user.getUserId() == null ? build.getFullDisplayName() : user.getUserId();
    }

    /** Who decides when a step does: the pipeline itself, and for whom it runs. */
    public static String pipeline(Run<?, ?> build) {
        String by = by(build);
        String owner = build.getExternalizableId();
        return by.equals(build.getFullDisplayName()) ? owner : owner + ", started by " + by;
    }

    OpenRollout entry() {
        return new OpenRollout(id(), name, build.getExternalizableId(), version, mode, by(build), plan.text(), false);
    }

    /** Whether another rollout has this one's name in its build. */
    private boolean sameName(LiveRollout other) {
        return other.isOf(build) && other.name().equals(name);
    }

    void refuseBeside(LiveRollout other) throws StartRefused {
        if (other.isPromoted()) {
            return;
        }
        if (sameName(other)) {
            throw new StartRefused("the rollout " + name + " is under way in this build already: go on with canaryGate"
                    + " or canaryPromote, or give the second one another name with rollout: '...'");
        }
        if (other.isAbout(plan, build)) {
            Run<?, ?> owner = other.build();
            throw new StartRefused("the target of " + name + " is taken: the rollout " + other.name() + " of "
                    + (owner == null ? other.entry().owner() : owner.getFullDisplayName()) + " is under way there"
                    + (owner == null ? "" : ", see " + owner.getUrl() + "canary/") + "; wait for it to end, or end it");
        }
    }
}
