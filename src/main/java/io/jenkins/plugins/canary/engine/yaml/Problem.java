package io.jenkins.plugins.canary.engine.yaml;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * Something wrong or doubtful in a plan.
 *
 * @param file the file that the plan extends, or the policy, in which it is; "" for the plan itself
 * @param line 1-based; 0 when the problem has no place
 * @param column 1-based
 * @param path where in the plan: {@code phases[2].hold}
 * @param remedy what to write instead; "" when the message says it
 */
public record Problem(
        Severity severity,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String file,
        int line,
        int column,
        String path,
        String message,
        String remedy) {

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

    /** A warning about something that the plan names, and that is not in its text. */
    public static Problem outside(String path, String message) {
        return new Problem(Severity.WARNING, "", 0, 0, path, message, "");
    }

    /** The same, in a file of this name when it is in the plan itself. */
    public Problem in(String plan) {
        return file.isEmpty() ? new Problem(severity, plan, line, column, path, message, remedy) : this;
    }

    /**
     * {@code 12:5 error phases[2].hold: message; remedy}, with the file in front where it is not the plan itself, and without the
     * numbers where it has no place.
     */
    @Override
    public String toString() {
        String place = line == 0 ? "" : line + ":" + column;
        return (file.isEmpty() ? "" : file + ":") + place + (file.isEmpty() && line == 0 ? "" : " ") + severity.word()
                + " " + (path.isEmpty() ? "plan" : path) + ": " + message + (remedy.isEmpty() ? "" : "; " + remedy);
    }
}
