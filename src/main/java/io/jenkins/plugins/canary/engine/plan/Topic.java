package io.jenkins.plugins.canary.engine.plan;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What an event is about: the words that {@code notify.events} takes. */
public enum Topic {
    /** The rollout began. */
    STARTED,
    /** The weight was moved, or a gate passed. */
    PROGRESS,
    /** A checklist's item was ticked or withdrawn. */
    CHECKLIST,
    /** A person has to act: approve, lift a hold, tick a list. */
    WAITING,
    /** The router or the metrics fail, somebody else changed the weight, a gate failed. */
    TROUBLE,
    /** More or less traffic than its weight reaches the canary. */
    TRAFFIC,
    /** The rollout is taken back. */
    ROLLBACK,
    /** The watch after the promotion began, was breached, or ended. */
    WATCH,
    /** The rollout ended. */
    ENDED;

    /** What is told where nothing else is said: all but the steps in between. */
    public static final Set<Topic> USUAL = EnumSet.of(STARTED, WAITING, TROUBLE, TRAFFIC, ROLLBACK, WATCH, ENDED);

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
