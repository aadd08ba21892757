package io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight;

import io.jenkins.plugins.canary.engine.PlainText;
import java.util.stream.Collectors;

/**
 * Something about the cluster that a canary would suffer from.
 *
 * @param object what it is about: {@code Deployment shop/api}
 * @param why why it hurts while two versions run side by side
 * @param remedy a command that fixes it, ready to be pasted; "" when it is fixed
 */
public record PreflightFinding(String check, Severity severity, String object, String what, String why, String remedy) {

    public PreflightFinding {
        object = PlainText.line(object);
        what = PlainText.line(what);
        why = PlainText.line(why);
    }

    public enum Severity {
        /** The rollout must not begin. */
        ERROR,
        /** The rollout may suffer. */
        WARNING,
        /** Fixed for as long as the rollout lasts. */
        FIXED
    }

    public boolean isError() {
        return severity == Severity.ERROR;
    }

    /** On one line. */
    @Override
    public String toString() {
        return "preflight " + check + ": " + object + " " + what + "; " + why
                + (remedy.isEmpty()
                        ? ""
                        : "; fix it with: " + remedy.lines().map(String::strip).collect(Collectors.joining(" ")));
    }
}
