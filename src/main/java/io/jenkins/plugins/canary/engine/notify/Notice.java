package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.plan.PlanInfo;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.Status;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Tone;

/**
 * One event of a rollout, for those who are told.
 *
 * @param id the same for every attempt to deliver it
 * @param kind the event's type in the journal; {@code waits} when a checklist begins to be waited for
 * @param by null for the engine
 * @param text one sentence for people; comes partly from plans, metrics and people, so it is never markup
 */
public record Notice(
        String id,
        Topic topic,
        String kind,
        Tone tone,
        long at,
        Rollout rollout,
        String by,
        String text,
        Standing standing) {

    /** The kind of the notice that asks people to approve a phase. */
    static final String ASKED = "approvalAsked";

    /** The same told as something else. */
    Notice as(String other) {
        return new Notice(id + "/" + other, topic, other, tone, at, rollout, by, text, standing);
    }

    /** Whether it leads to a question, and not just to the page. */
    boolean asks() {
        return kind.equals(ASKED);
    }

    /**
     * Which rollout it is about.
     *
     * @param version null when it was started without one
     * @param about what the plan says about itself
     * @param page the gate page's address, or where people decide who are asked; null where there is none
     */
    public record Rollout(String id, String name, String version, String owner, String page, PlanInfo about) {

        /** Of a plan that says nothing about itself. */
        public Rollout(String id, String name, String version, String owner, String page) {
            this(id, name, version, owner, page, PlanInfo.NONE);
        }

        /** {@code api-gateway v2}. */
        String subject() {
            return version == null ? name : name + " " + version;
        }
    }

    /**
     * Where the rollout stood after the event.
     *
     * @param phase null before the first
     */
    public record Standing(Status status, String phase, Weight weight) {}
}
