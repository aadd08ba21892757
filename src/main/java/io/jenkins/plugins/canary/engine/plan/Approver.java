package io.jenkins.plugins.canary.engine.plan;

/**
 * An entry of {@code approval.by}: {@code user:NAME}, {@code group:NAME}, or a plain name, which is a user's, or else a
 * group's that no user has the name of.
 */
public record Approver(Kind kind, String name) {

    private static final String USER = "user:";
    private static final String GROUP = "group:";

    /** Who is meant by a name. */
    public enum Kind {
        USER,
        GROUP,
        EITHER
    }

    /** @param entry as the plan writes it */
    public static Approver of(String entry) {
        return entry.startsWith(USER)
                ? new Approver(Kind.USER, entry.substring(USER.length()).strip())
                : entry.startsWith(GROUP)
                        ? new Approver(
                                Kind.GROUP, entry.substring(GROUP.length()).strip())
                        : new Approver(Kind.EITHER, entry);
    }

    /** Whether a user of this id is meant, to the letter. */
    boolean isUser(String id) {
        return kind != Kind.GROUP && name.equals(id);
    }
}
