package io.jenkins.plugins.canary.engine.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Collects what is wrong with a plan, so that all of it is reported at once. Not for use by several threads. */
public final class Problems {

    private final List<Problem> found = new ArrayList<>();

    public void error(YamlNode where, String message, String remedy) {
        add(Problem.Severity.ERROR, where, message, remedy);
    }

    public void warning(YamlNode where, String message, String remedy) {
        add(Problem.Severity.WARNING, where, message, remedy);
    }

    /** For what is wrong with the text before it has become nodes. Line and column are 1-based. */
    void error(int line, int column, String message, String remedy) {
        found.add(new Problem(Problem.Severity.ERROR, line, column, "", message, remedy));
    }

    private void add(Problem.Severity severity, YamlNode where, String message, String remedy) {
        found.add(new Problem(severity, where.line(), where.column(), where.path(), message, remedy));
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
    }

    /** In the order of the file. */
    public List<Problem> all() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparingInt(Problem::line).thenComparingInt(Problem::column))
                .toList();
    }
}
