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

    /** For what is wrong with a text before it has become nodes. Line and column are 1-based. */
    void error(String file, int line, int column, String message, String remedy) {
        found.add(new Problem(Problem.Severity.ERROR, file, line, column, "", message, remedy));
    }

    private void add(Problem.Severity severity, YamlNode where, String message, String remedy) {
        found.add(new Problem(severity, where.file(), where.line(), where.column(), where.path(), message, remedy));
    }

    /** Adds what was found elsewhere. */
    public void addAll(List<Problem> others) {
        found.addAll(others);
    }

    public boolean hasErrors() {
        return found.stream().anyMatch(p -> p.severity() == Problem.Severity.ERROR);
    }

    /** In the order of the file, those of the plan itself first. */
    public List<Problem> all() {
        return found.stream()
                .distinct()
                .sorted(Comparator.comparing(Problem::file)
                        .thenComparingInt(Problem::line)
                        .thenComparingInt(Problem::column))
                .toList();
    }
}
