package io.jenkins.plugins.canary.engine.metric;

/** A metric source cannot be opened, or did not give an answer. The message is for people and holds no secret. */
public class MetricException extends Exception {
    private static final long serialVersionUID = 1L;

    public MetricException(String message) {
        super(message);
    }

    public MetricException(String message, Throwable cause) {
        super(message, cause);
    }
}
