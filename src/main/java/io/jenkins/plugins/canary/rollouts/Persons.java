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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
     * @param build where the permissions count, and whose folder says who is on which list
     */
    static Person asking(Run<?, ?> build, CanaryPlan plan) {
        Authentication who = Jenkins.getAuthentication2();
        Configured configured = new Configured(build.getParent().getFullName());
        Set<String> entries = plan.phases().stream()
                .map(Phase::approval)
                .filter(Objects::nonNull)
                .flatMap(a -> a.by().stream())
                .collect(Collectors.toSet());
        Map<String, List<Approver>> lists = new HashMap<>();
        entries.stream()
                .filter(by -> Approver.of(by).kind() == Approver.Kind.EITHER)
                .forEach(by -> configured.approvers(by).ifPresent(members -> lists.put(by, members)));
        Set<String> roles = entries.stream().filter(by -> is(who, by, lists)).collect(Collectors.toSet());
        return new Person(
                BuildPeople.id(who.getName()),
                roles,
                build.hasPermission(CanaryPermissions.APPROVE),
                build.hasPermission(CanaryPermissions.CONTROL),
                build.hasPermission(CanaryPermissions.OVERRIDE),
                lists.entrySet().stream()
                        .collect(Collectors.toMap(
                                Map.Entry::getKey,
                                list -> list.getValue().stream()
                                        .map(Approver::toString)
                                        .toList())));
    }

    /** A plain name is that of a list first: it was made for the jobs that it is for. */
    private static boolean is(Authentication who, String by, Map<String, List<Approver>> lists) {
        return lists.containsKey(by)
                ? lists.get(by).stream().anyMatch(member -> is(who, member))
                : is(who, Approver.of(by));
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
