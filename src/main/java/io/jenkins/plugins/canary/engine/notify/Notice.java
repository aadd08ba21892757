package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.plan.Topic;

/**
 * One event of a rollout, for those who are told.
 *
 * @param id the same for every attempt to deliver it
 * @param kind the event's type in the journal; {@code waits} when a checklist begins to be waited for
 * @param tone PLAIN, GOOD, WAITING or BAD
 * @param at milliseconds since the epoch
 * @param by null for the engine
 * @param text one sentence for people; comes partly from plans, metrics and people, so it is never markup
 * @param status the name of a {@link io.jenkins.plugins.canary.engine.rollout.Status}
 * @param phase null before the first
 * @param weight percent of the requests that the new version gets
 * @param page the gate page's address; null where there is none
 */
public record Notice(
        String id,
        Topic topic,
        String kind,
        String tone,
        long at,
        String rollout,
        String name,
        String version,
        String owner,
        String by,
        String text,
        String status,
        String phase,
        double weight,
        String page) {

    /** {@code api-gateway v2}. */
    String subject() {
        return version == null ? name : name + " " + version;
    }
}
