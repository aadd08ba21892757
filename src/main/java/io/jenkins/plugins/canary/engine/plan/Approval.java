package io.jenkins.plugins.canary.engine.plan;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Set;

/**
 * Who must agree before a rollout leaves a phase.
 *
 * @param min how many different people, 1 or more
 * @param by {@link Approver}s as the plan writes them, any of which may decide; empty for everybody with the permission
 * @param notBy those whose agreement does not count
 * @param from the time of day from which people are asked; null for at once
 * @param zone of that time
 * @param timeout an approval not given within this time counts as refused; null for no limit
 */
public record Approval(
        int min,
        List<String> by,
        Set<Exclusion> notBy,
        LocalTime from,
        ZoneId zone,
        Duration timeout,
        boolean requireComment) {

    public Approval {
        by = List.copyOf(by);
        notBy = Set.copyOf(notBy);
    }

    /** By one person, who is asked at once. */
    public Approval(List<String> by, Duration timeout, boolean requireComment) {
        this(1, by, Set.of(), null, null, timeout, requireComment);
    }

    /**
     * Whether somebody is among those who may decide.
     *
     * @param user id
     * @param roles the entries of {@code by}, as written, that the place which knows users and groups says they are
     */
    public boolean allows(String user, Set<String> roles) {
        return by.isEmpty()
                || by.stream().anyMatch(e -> roles.contains(e) || Approver.of(e).isUser(user));
    }

    /** Whether people are asked at a time, milliseconds since the epoch: from the time of day on, until midnight. */
    public boolean asksAt(long at) {
        return from == null
                || !Instant.ofEpochMilli(at).atZone(zone).toLocalTime().isBefore(from);
    }

    /** From when people are asked, for people: {@code 09:00 (Europe/Berlin)}; null for at once. */
    public String asksFrom() {
        return from == null ? null : from + " (" + zone + ")";
    }

    /** Who may approve, for people. */
    public String approvers() {
        return by.isEmpty() ? "everybody with the permission to approve" : String.join(" or ", by);
    }

    /** The same with another timeout. */
    Approval within(Duration other) {
        return new Approval(min, by, notBy, from, zone, other, requireComment);
    }
}
