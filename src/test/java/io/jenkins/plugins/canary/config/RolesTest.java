package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.michelin.cio.hudson.plugins.rolestrategy.AuthorizationType;
import com.michelin.cio.hudson.plugins.rolestrategy.PermissionEntry;
import com.michelin.cio.hudson.plugins.rolestrategy.Role;
import com.michelin.cio.hudson.plugins.rolestrategy.RoleBasedAuthorizationStrategy;
import com.synopsys.arc.jenkins.plugins.rolestrategy.RoleType;
import hudson.model.FreeStyleProject;
import hudson.model.Item;
import hudson.model.User;
import hudson.security.ACL;
import hudson.security.ACLContext;
import hudson.security.Permission;
import java.util.Set;
import jenkins.model.Jenkins;
import org.junit.jupiter.api.Test;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.WithJenkins;

/** The permissions in roles for items, as the role strategy gives them. */
@WithJenkins
class RolesTest {

    @Test
    void itemRolesGiveCanaryPermissions(JenkinsRule j) throws Exception {
        j.jenkins.setSecurityRealm(j.createDummySecurityRealm());
        RoleBasedAuthorizationStrategy roles = new RoleBasedAuthorizationStrategy();
        j.jenkins.setAuthorizationStrategy(roles);
        RoleBasedAuthorizationStrategy.DescriptorImpl form = (RoleBasedAuthorizationStrategy.DescriptorImpl)
                j.jenkins.getDescriptorOrDie(RoleBasedAuthorizationStrategy.class);
        assertTrue(
                form.getGroups(RoleType.Project.getStringType()).contains(CanaryPermissions.GROUP),
                "the form offers them");
        PermissionEntry ann = new PermissionEntry(AuthorizationType.USER, "ann");
        add(roles, RoleType.Global, ann, new Role("reader", ".*", Set.of(Jenkins.READ.getId(), Item.READ.getId()), ""));
        add(
                roles,
                RoleType.Project,
                ann,
                new Role(
                        "approver",
                        "shop-.*",
                        Set.of(CanaryPermissions.APPROVE.getId(), CanaryPermissions.OVERRIDE.getId()),
                        ""));
        FreeStyleProject shop = j.createFreeStyleProject("shop-basket");
        FreeStyleProject other = j.createFreeStyleProject("bank");

        try (ACLContext asAnn = ACL.as2(User.getOrCreateByIdOrFullName("ann").impersonate2())) {
            assertEquals("true true false true", may(shop));
            assertEquals("true false false false", may(other));
        }
    }

    private static void add(RoleBasedAuthorizationStrategy roles, RoleType type, PermissionEntry who, Role role) {
        roles.getRoleMap(type).addRole(role);
        roles.getRoleMap(type).assignRole(role, who);
    }

    private static String may(Item item) {
        StringBuilder all = new StringBuilder();
        for (Permission p : new Permission[] {
            CanaryPermissions.VIEW, CanaryPermissions.APPROVE, CanaryPermissions.CONTROL, CanaryPermissions.OVERRIDE
        }) {
            all.append(item.hasPermission(p)).append(' ');
        }
        return all.toString().strip();
    }
}
