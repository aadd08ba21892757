package io.jenkins.plugins.canary.rollouts;

import hudson.model.User;
import hudson.security.AccessControlled;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.view.Person;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/** Makes the engine's person of whoever Jenkins says is asking. */
final class Persons {

    private Persons() {}

    /**
     * Who asks, with those entries of {@code approval.by} that they are: users and groups are compared the way the security
     * realm compares them, which may take no notice of case.
     *
     * @param place where the permissions count: the build
     */
    static Person asking(AccessControlled place, CanaryPlan plan) {
        Authentication who = Jenkins.getAuthentication2();
        Set<String> roles = plan.phases().stream()
                .map(Phase::approval)
                .filter(Objects::nonNull)
                .flatMap(a -> a.by().stream())
                .filter(by -> is(who, Approver.of(by)))
                .collect(Collectors.toSet());
        return new Person(
                who.getName(),
                roles,
                place.hasPermission(CanaryPermissions.APPROVE),
                place.hasPermission(CanaryPermissions.CONTROL));
    }

    private static boolean is(Authentication who, Approver approver) {
        SecurityRealm realm = Jenkins.get().getSecurityRealm();
        String name = approver.name();
        boolean user = realm.getUserIdStrategy().equals(name, who.getName());
        return switch (approver.kind()) {
            case USER -> user;
            case GROUP -> isIn(who, name, realm);
            // A group that somebody has named after a user must not speak for them.
            case EITHER -> user || User.getById(name, false) == null && isIn(who, name, realm);
        };
    }

    private static boolean isIn(Authentication who, String group, SecurityRealm realm) {
        return who.getAuthorities().stream()
                .map(GrantedAuthority::getAuthority)
                .anyMatch(g -> g != null && realm.getGroupIdStrategy().equals(group, g));
    }
}
