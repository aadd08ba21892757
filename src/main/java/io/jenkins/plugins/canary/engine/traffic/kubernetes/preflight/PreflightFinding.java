package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.stream.Collectors;

/**
 * Something about the cluster that a canary would suffer from.
 *
 * @param object what it is about: {@code Deployment shop/api}
 * @param why why it hurts while two versions run side by side
 * @param remedy a command that fixes it, of one line or several, ready to be pasted; "" when it is fixed
 */
public record PreflightFinding(String check, Severity severity, String object, String what, String why, String remedy) {

    public PreflightFinding {
        object = PlainText.line(object);
        what = PlainText.line(what);
        why = PlainText.line(why);
        remedy = remedy.lines().map(PlainText::line).collect(Collectors.joining("\n"));
    }

    public enum Severity {
        /** The rollout must not begin. */
        ERROR,
        /** The rollout may suffer. */
        WARNING,
        /** Something could not be looked at, and nobody has to do anything. */
        NOTE,
        /** Fixed for as long as the rollout lasts. */
        FIXED
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** For a log or a page: one line, and a remedy of several lines as a block below it, ready to be pasted. */
    public String text() {
        String line = "preflight " + check + ": " + object + " " + what + "; " + why;
        if (remedy.isEmpty()) {
            return line;
        }
        return line + "; fix it with:" + (remedy.contains("\n") ? "\n" : " ") + remedy;
    }

    @Override
    public String toString() {
        return text();
    }
}
