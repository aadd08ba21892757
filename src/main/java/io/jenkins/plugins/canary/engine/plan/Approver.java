package io.jenkins.plugins.canary.engine.plan;

/**
 * An entry of {@code approval.by}: {@code user:NAME}, {@code group:NAME}, or a plain name, which is a user's, or else a
 * group's that no user has the name of.
 */
public record Approver(Kind kind, String name) {

    private static final String USER = "user:";
    private static final String GROUP = "group:";

    public enum Kind {
        USER,
        GROUP,
        EITHER
    }

    public static Approver of(String entry) {
        if (entry.startsWith(USER)) {
            return new Approver(Kind.USER, entry.substring(USER.length()).strip());
        }
        boolean group = entry.startsWith(GROUP);
        return new Approver(
                group ? Kind.GROUP : Kind.EITHER,
                group ? entry.substring(GROUP.length()).strip() : entry);
    }

    /** As a plan writes it. */
    @Override
    public String toString() {
        return switch (kind) {
            case USER -> USER + name;
            case GROUP -> GROUP + name;
            case EITHER -> name;
        };
    }

    /** Whether a user of this id is meant, to the letter. */
    boolean isUser(String id) {
        return kind != Kind.GROUP && name.equals(id);
    }
}
