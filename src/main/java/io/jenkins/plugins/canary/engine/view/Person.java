package io.jenkins.plugins.canary.engine.view;

import java.util.Set;

/**
 * Who asks, and what the place that let them in says they may do.
 *
 * @param user id, as it goes into the journal
 * @param roles the entries of the plan's {@code approval.by} that they are, as the plan writes them, beside their own id
 * @param approve whether they may approve, reject, and tick or withdraw checklist items
 * @param control whether they may hold, release, promote and roll back
 */
public record Person(String user, Set<String> roles, boolean approve, boolean control) {

    public Person {
        roles = Set.copyOf(roles);
    }

    /** May look and do nothing. */
    public static Person reader(String user) {
        return new Person(user, Set.of(), false, false);
    }

    public static Person allowedAll(String user) {
        return new Person(user, Set.of(), true, true);
    }
}
