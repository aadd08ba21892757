package io.jenkins.plugins.canary.engine.yaml;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something wrong or doubtful in a plan.
 *
 * @param line 1-based; 0 when the problem has no place
 * @param column 1-based
 * @param path where in the plan: {@code phases[2].hold}
 * @param remedy what to write instead; "" when the message says it
 */
public record Problem(Severity severity, int line, int column, String path, String message, String remedy) {

    public enum Severity {
        /** The plan cannot be run. */
        ERROR,
        /** The plan runs, and will likely not do what its author wants. */
        WARNING;

        @JsonValue
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** {@code 12:5 error phases[2].hold: message; remedy}. */
    @Override
    public String toString() {
        return line + ":" + column + " " + severity.word() + " " + (path.isEmpty() ? "plan" : path) + ": " + message
                + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
