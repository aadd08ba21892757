package io.jenkins.plugins.canary.engine.preflight;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.List;

/** A check that can put right what it finds, for as long as a rollout lasts. */
interface Mender extends PreflightCheck {

    /** Changes what {@link #look} found, with what was before written down in the same write. */
    List<Finding> mend(Site site) throws RouterException;

    /** Puts back what {@link #mend} changed for this rollout; nothing when it changed nothing. */
    void restore(Site site) throws RouterException;
}
