package io.jenkins.plugins.canary.engine.view;

import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.rollout.ApprovalPolicy;
import io.jenkins.plugins.canary.engine.rollout.RolloutState;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.NextRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who asks, and what the place that let them in says they may do.
 *
 * @param user id, as it goes into the journal
 * @param roles the entries of the plan's {@code approval.by} that they are, as the plan writes them, beside their own id
 * @param approve whether they may approve, reject, and tick or withdraw checklist items
 * @param control whether they may hold, release, promote and roll back
 * @param override whether they may override windows
 * @param lists entries of {@code approval.by} that are lists, with their members, for refusals
 */
public record Person(
        String user,
        Set<String> roles,
        boolean approve,
        boolean control,
        boolean override,
        Map<String, List<String>> lists) {

    private static final int MOST_MEMBERS = 10;

    public Person {
        roles = Set.copyOf(roles);
        lists = Map.copyOf(lists);
    }

    public Person(String user, Set<String> roles, boolean approve, boolean control, boolean override) {
        this(user, roles, approve, control, override, Map.of());
    }

    /** May look and do nothing. */
    public static Person reader(String user) {
        return new Person(user, Set.of(), false, false, false);
    }

    public static Person allowedAll(String user) {
        return new Person(user, Set.of(), true, true, true);
    }

    /** Why their agreement to the phase in force would not count; null when it would. */
    String ineligible(CanaryPlan plan, RolloutState s) {
        return approve
                ? ApprovalPolicy.ineligible(plan, s, user, roles)
                        .map(Enum::name)
                        .orElse(null)
                : "NO_PERMISSION";
    }

    /** Who is on the lists among some entries of {@code approval.by}, in words; "" when none is a list. */
    String membersOf(List<String> by) {
        return by.stream()
                .filter(lists::containsKey)
                .map(list -> "; on the list " + list + " are " + some(lists.get(list)))
                .collect(Collectors.joining());
    }

    private static String some(List<String> members) {
        String named = members.stream().limit(MOST_MEMBERS).collect(Collectors.joining(", "));
        int more = members.size() - MOST_MEMBERS;
        return more > 0 ? named + " and " + more + " others" : named;
    }

    /** Which actions fit where a rollout stands: the buttons that the page shows. */
    List<String> actions(CanaryPlan plan, RolloutState s) {
        List<String> fit = new ArrayList<>();
        if (s.isEnded() || s.started() == null) {
            return fit;
        }
        if (approve && s.isApprovalPending(plan)) {
            if (ineligible(plan, s) == null) {
                fit.add("approve");
            }
            if (s.current(plan).approval().allows(user, roles)) {
                fit.add("reject");
            }
            if (s.people().hasAgreed(user)) {
                fit.add("withdrawApproval");
            }
        }
        if (control && !s.isRollingBack()) {
            if (NextRow.of(plan, s) != null) {
                fit.add("promote");
            }
            fit.add(s.watch() != null ? "endWatch" : s.people().held() == null ? "hold" : "release");
            fit.add("rollback");
        }
        if (override
                && !s.isRollingBack()
                && s.window() != null
                && s.window().overriddenBy() == null
                && s.watch() == null) {
            fit.add("overrideWindow");
        }
        if (approve && s.intent() == null && s.watch() != null && s.watch().asks()) {
            fit.add("keep");
        }
        boolean byHand = plan.checklists().values().stream()
                .flatMap(l -> l.items().stream())
                .anyMatch(i -> i.proof() == null);
        if ((approve || control) && byHand) {
            fit.addAll(List.of("tick", "withdraw"));
        }
        return fit;
    }
}
