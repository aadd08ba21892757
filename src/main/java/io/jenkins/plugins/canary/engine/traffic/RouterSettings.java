package io.jenkins.plugins.canary.engine.traffic;

/** A driver's part of a plan, checked and complete; the plan's {@code traffic:} section. */
public interface RouterSettings {

    /** The key in {@code traffic:}. */
    String driver();

    /**
     * Opens the router. Called on a worker thread; may block, must not change anything.
     *
     * @throws RouterException when the router cannot be used as the plan says
     */
    TrafficRouter open(RouterContext context) throws RouterException;
}
