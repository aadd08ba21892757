package io.jenkins.plugins.canary.build;

import hudson.security.AccessControlled;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.canary.config.CanaryPermissions;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.view.Person;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import jenkins.model.Jenkins;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;

/** Makes the engine's person of whoever Jenkins says is asking. */
final class People {

    private People() {}

    /**
     * Who asks, with the groups that the security realm gave them.
     *
     * @param place where the permissions count: the build
     * @param plan whose approvers are told apart the way the security realm tells users and groups apart, which may
     *     take no notice of case
     */
    static Person asking(AccessControlled place, CanaryPlan plan) {
        Authentication who = Jenkins.getAuthentication2();
        Set<String> groups = new HashSet<>();
        who.getAuthorities().stream().map(GrantedAuthority::getAuthority).filter(Objects::nonNull).forEach(groups::add);
        SecurityRealm realm = Jenkins.get().getSecurityRealm();
        Set<String> alike = new HashSet<>();
        plan.phases().stream().map(Phase::approval).filter(Objects::nonNull).flatMap(a -> a.by().stream())
                .filter(by -> realm.getUserIdStrategy().equals(by, who.getName())
                        || groups.stream().anyMatch(g -> realm.getGroupIdStrategy().equals(by, g)))
                .forEach(alike::add);
        groups.addAll(alike);
        return new Person(who.getName(), groups, place.hasPermission(CanaryPermissions.APPROVE),
                place.hasPermission(CanaryPermissions.CONTROL));
    }
}
