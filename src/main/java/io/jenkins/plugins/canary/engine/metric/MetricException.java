package io.jenkins.plugins.canary.engine.metric;

import io.jenkins.plugins.canary.engine.PlainText;

/** A metric source cannot be opened, or did not give an answer. The message is for people, one line, and holds no
 * secret. */
public class MetricException extends Exception {
    private static final long serialVersionUID = 1L;

    public MetricException(String message) {
        super(PlainText.line(message));
    }

    public MetricException(String message, Throwable cause) {
        super(PlainText.line(message), cause);
    }
}
