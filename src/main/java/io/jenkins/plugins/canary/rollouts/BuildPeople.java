package io.jenkins.plugins.canary.rollouts;

import hudson.model.Cause;
import hudson.model.Run;
import hudson.model.User;
import hudson.scm.ChangeLogSet;
import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.plan.Phase;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import jenkins.model.Jenkins;
import jenkins.scm.RunWithSCM;

/**
 * Who started a build and who committed what it releases, by their ids: those whom {@code approval.notBy} may exclude. And when
 * that was committed.
 */
final class BuildPeople {

    private static final Logger LOGGER = Logger.getLogger(BuildPeople.class.getName());

    /** Builds that are looked at for the last one that was promoted: a build is a file that may have to be read. */
    private static final int MOST_BUILDS = 100;

    private BuildPeople() {}

    /** Those whom the plan excludes, as far as the builds that are kept tell. Reads builds; on a worker thread. */
    static Map<Exclusion, List<String>> of(Run<?, ?> build, CanaryPlan plan, String rollout) {
        Map<Exclusion, List<String>> people = new EnumMap<>(Exclusion.class);
        plan.phases().stream()
                .map(Phase::approval)
                .filter(Objects::nonNull)
                .map(Approval::notBy)
                .flatMap(Set::stream)
                .forEach(wanted -> people.computeIfAbsent(
                        wanted,
                        e -> List.copyOf(e == Exclusion.STARTER ? starters(build) : committers(build, rollout))));
        return people;
    }

    /** Through replays and upstream builds; nobody when a timer or a push began it all. */
    private static Set<String> starters(Run<?, ?> build) {
        Set<String> ids = new LinkedHashSet<>();
        for (Run<?, ?> one : chain(build)) {
            for (Cause cause : causes(one.getCauses())) {
                if (cause instanceof Cause.UserIdCause user && user.getUserId() != null) {
                    ids.add(id(user.getUserId()));
                }
            }
        }
        return ids;
    }

    private static Set<String> committers(Run<?, ?> build, String rollout) {
        Set<String> ids = new LinkedHashSet<>();
        commits(build, rollout).forEach(entry -> ids.add(entry.getAuthor().getId()));
        return ids;
    }

    /**
     * When the first of the commits that a build releases was made, milliseconds since the epoch; null when the builds that are
     * kept do not tell. Reads builds; on a worker thread.
     */
    static Long firstCommit(Run<?, ?> build, String rollout) {
        try {
            return commits(build, rollout).stream()
                    .map(ChangeLogSet.Entry::getTimestamp)
                    .filter(at -> at > 0 && at <= build.getStartTimeInMillis())
                    .min(Comparator.naturalOrder())
                    .orElse(null);
        } catch (RuntimeException | LinkageError e) {
            // Another plugin's change log keeps no rollout from beginning.
            LOGGER.log(Level.FINE, "The commits of " + build + " cannot be read", e);
            return null;
        }
    }

    /** Of the build, of those before it since the last that promoted this rollout, and of the builds that triggered these. */
    private static List<ChangeLogSet.Entry> commits(Run<?, ?> build, String rollout) {
        List<ChangeLogSet.Entry> entries = new ArrayList<>();
        Run<?, ?> one = build;
        for (int i = 0; i < MOST_BUILDS && one != null && !(one != build && promoted(one, rollout)); i++) {
            for (Run<?, ?> source : chain(one)) {
                if (source instanceof RunWithSCM<?, ?> scm) {
                    scm.getChangeSets().forEach(set -> set.forEach(entries::add));
                }
            }
            one = one.getPreviousBuild();
        }
        return entries;
    }

    private static boolean promoted(Run<?, ?> build, String rollout) {
        return RolloutsAction.rolloutsOf(build).stream()
                .anyMatch(r -> r.getName().equals(rollout) && r.isPromoted());
    }

    /** A build and those that it comes of: the one it replays, and the ones upstream. */
    private static Set<Run<?, ?>> chain(Run<?, ?> build) {
        Set<Run<?, ?>> all = new LinkedHashSet<>();
        List<Run<?, ?>> next = new ArrayList<>(List.of(build));
        while (!next.isEmpty() && all.size() < MOST_BUILDS) {
            Run<?, ?> one = next.remove(0);
            if (all.add(one)) {
                causes(one.getCauses()).stream()
                        .map(BuildPeople::origin)
                        .filter(Objects::nonNull)
                        .forEach(next::add);
            }
        }
        return all;
    }

    /** With those that a cause says its own build had: that build may be gone. */
    private static Set<Cause> causes(List<Cause> direct) {
        Set<Cause> all = new LinkedHashSet<>(direct);
        for (Cause cause : direct) {
            if (cause instanceof Cause.UpstreamCause upstream) {
                all.addAll(causes(upstream.getUpstreamCauses()));
            }
        }
        return all;
    }

    private static Run<?, ?> origin(Cause cause) {
        if (cause instanceof Cause.UpstreamCause upstream) {
            return upstream.getUpstreamRun();
        }
        return Jenkins.get().getPlugin("workflow-cps") == null ? null : ReplayedBuild.of(cause);
    }

    /** The id as the user's own record has it: a realm may take no notice of case. */
    static String id(String name) {
        User user = User.getById(name, false);
        return user == null ? name : user.getId();
    }
}
