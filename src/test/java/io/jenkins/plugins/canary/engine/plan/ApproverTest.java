package io.jenkins.plugins.canary.engine.plan;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who may decide on a phase. */
class ApproverTest {

    private static boolean allows(String by, String user, String... roles) {
        return new Approval(List.of(by), null, false).allows(user, Set.of(roles));
    }

    @Test
    void usersAndGroupsAreToldApart() {
        assertTrue(allows("user:ada", "ada"));
        assertFalse(allows("user:ada", "bob", "ada"), "a group of this name is not meant");
        assertFalse(allows("group:ada", "ada"), "a user of this name is not meant");
        assertFalse(allows("group:ada", "group:ada"), "nor one whose id looks like an entry");
        assertTrue(allows("group:ada", "bob", "group:ada"));
        assertTrue(allows("ada", "ada"));
        assertFalse(allows("user:ada", "user:ada"));
        assertFalse(allows("ada", "user:ada"));
    }

    @Test
    void withoutNamesEverybodyWithThePermissionMay() {
        assertTrue(new Approval(List.of(), null, false).allows("eve", Set.of()));
    }
}
