package io.jenkins.plugins.canary.rollouts;

import hudson.model.Run;
import hudson.model.User;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.config.Configured;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.view.Person;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
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
     * @param build where the permissions count, and whose folder says who is on which list
     */
    static Person asking(Run<?, ?> build, CanaryPlan plan) {
        Authentication who = Jenkins.getAuthentication2();
        Configured configured = new Configured(build.getParent().getFullName());
        Set<String> roles = plan.phases().stream()
                .map(Phase::approval)
                .filter(Objects::nonNull)
                .flatMap(a -> a.by().stream())
                .filter(by -> is(who, Approver.of(by), configured))
                .collect(Collectors.toSet());
        return new Person(
                BuildPeople.id(who.getName()),
                roles,
                build.hasPermission(CanaryPermissions.APPROVE),
                build.hasPermission(CanaryPermissions.CONTROL));
    }

    /** A plain name is that of a list first: it was made for the jobs that it is for. */
    private static boolean is(Authentication who, Approver approver, Configured configured) {
        Optional<List<Approver>> list =
                approver.kind() == Approver.Kind.EITHER ? configured.approvers(approver.name()) : Optional.empty();
        return list.isEmpty() ? is(who, approver) : list.get().stream().anyMatch(member -> is(who, member));
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
