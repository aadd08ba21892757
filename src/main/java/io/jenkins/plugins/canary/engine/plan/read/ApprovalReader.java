package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.plan.Approver;
import io.jenkins.plugins.canary.engine.plan.Exclusion;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads {@code approval:}, who must agree before a rollout leaves a phase. */
final class ApprovalReader {

    private static final Map<String, Object> APPROVER =
            Map.of("type", "string", "pattern", "^(?!(user|group):\\s*$).*\\S");

    private static final KeyType APPROVERS = KeyType.of(
            "list of users, groups or lists", Map.of("type", "array", "items", APPROVER), ApprovalReader::approvers);

    static final Section APPROVAL = Section.of(
            "approval",
            "Who must agree before the rollout leaves this phase.",
            Map.of("by", APPROVERS, "not by", KeyType.choice(Exclusion.class).someOf()),
            """
            min            | whole 1..20 | `1` | How many different people must agree. One who says no is enough to roll back.
            by             | by          | everybody with the permission | `user:NAME` is a user and `group:NAME` a group, any of which may decide; a plain `NAME` is the [list of approvers](jenkins.md#approvers) of that name, else the user of that id, else the group of that name while Jenkins knows no such user.
            notBy          | not by      | none     | Whose agreement does not count: `starter` is whoever started the build, `committers` are the authors of the commits since the last build of the job that was promoted. They may still say no. In Jenkins only.
            from           | time of day | at once  | People are asked from this time of day on, until midnight. Before it the phase waits, and `timeout` has not begun; whoever is awake may agree.
            timeZone       | time zone   | `UTC`    | Of `from`, as the IANA database names it.
            timeout        | duration    | no limit | An approval not given by then counts as refused.
            requireComment | boolean     | `false`  | Whether whoever decides must say why.
            """);

    private ApprovalReader() {}

    static Approval read(YamlNode node) {
        YamlObject o = APPROVAL.at(node);
        Long min = o.get("min");
        List<String> by = o.getOr("by", List.of());
        LocalTime from = o.get("from");
        ZoneId zone = o.get("timeZone");
        if (o.has("timeZone") && !o.has("from")) {
            o.value("timeZone").error("a time zone without a time of day", "add from: 09:00, or remove timeZone");
        }
        boolean onlyUsers = by.stream().allMatch(b -> Approver.of(b).kind() == Approver.Kind.USER);
        long users = by.stream().map(Approver::of).distinct().count();
        if (o.has("min") && onlyUsers && users > 0) {
            o.value("min")
                    .checked(
                            min,
                            m -> m <= users,
                            "more people must agree than may: " + users,
                            "name more people, or a group: user:NAME, group:NAME");
        }
        List<Exclusion> notBy = o.getOr("notBy", List.of());
        return new Approval(
                min.intValue(),
                by,
                Set.copyOf(notBy),
                from,
                from == null ? null : zone,
                o.get("timeout"),
                o.get("requireComment"));
    }

    private static List<String> approvers(YamlNode node) {
        List<String> all = node.texts();
        if (all.stream().anyMatch(e -> Approver.of(e).name().isEmpty())) {
            node.error("'user:' or 'group:' without a name", "write user:NAME, group:NAME or NAME");
        }
        return all;
    }
}
