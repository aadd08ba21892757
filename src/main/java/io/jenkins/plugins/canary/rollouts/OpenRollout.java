package io.jenkins.plugins.canary.rollouts;

import com.fasterxml.jackson.annotation.JsonProperty;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.rollout.AdvanceMode;

/**
 * All that is needed to take an open rollout up again, even when its build and its journal are gone.
 *
 * @param id unique in the controller
 * @param name unique among the open rollouts of its build
 * @param owner the build's {@link Run#getExternalizableId()}
 * @param version null when the rollout was started without one
 * @param mode stored as {@code drive}, as earlier builds did
 * @param by who started it
 * @param plan the plan as written
 * @param promoted whether the new version is the stable one, and only watched
 */
record OpenRollout(
        String id,
        String name,
        String owner,
        String version,
        @JsonProperty("drive") AdvanceMode mode,
        String by,
        String plan,
        boolean promoted) {

    OpenRollout {
        mode = mode == null ? AdvanceMode.STEPWISE : mode;
    }

    /** The build; null when it is gone. */
    Run<?, ?> build() {
        try {
            return Run.fromExternalizableId(owner);
        } catch (IllegalArgumentException notOne) {
            return null;
        }
    }

    /** Full name of the build's job; neither needs to be there any more. */
    String job() {
        return owner.substring(0, Math.max(0, owner.lastIndexOf('#')));
    }

    OpenRollout ownedBy(String newOwner) {
        return new OpenRollout(id, name, newOwner, version, mode, by, plan, promoted);
    }

    OpenRollout asPromoted() {
        return new OpenRollout(id, name, owner, version, mode, by, plan, true);
    }
}
