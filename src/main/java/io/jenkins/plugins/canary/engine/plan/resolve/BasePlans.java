package io.jenkins.plugins.canary.engine.plan.resolve;

import java.io.IOException;

/** Where plans are found that others extend. May block. */
@FunctionalInterface
public interface BasePlans {

    /** For plans of which nobody knows where they come from. */
    BasePlans NONE = (name, by) -> {
        throw new IOException("only a plan in a file can extend another one");
    };

    /**
     * @param name as {@code extends} has it
     * @param by name of the file that extends it; "" for the plan itself
     * @throws IOException when there is no such plan; the message says what to do
     */
    PlanFile find(String name, String by) throws IOException;
}
