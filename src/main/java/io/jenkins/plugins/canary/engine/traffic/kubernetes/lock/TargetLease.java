package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ClusterAccess.Incarnation;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One rollout a target: a coordination.k8s.io Lease beside the target that every controller sees. It runs out by
 * itself when its holder dies; a holder keeps it by asking for it again well within its duration.
 *
 * @param lease what is locked, or the Lease that stands for it
 * @param duration whole seconds, at least one
 */
public record TargetLease(Cluster cluster, ObjectRef lease, Self self, Duration duration, InstantSource clock) {

    private static final String OWNER = "canary-release.jenkins.io/owner";

    /** Stays when the lease is let go, so that who had it before finds out that somebody has had it since. */
    private static final String LAST = "canary-release.jenkins.io/last-holder";

    /** Which life of the holder's process renewed it last. */
    private static final String INCARNATION = "canary-release.jenkins.io/incarnation";

    /** The rollout that ended last: an old copy of its controller must not go on with it. */
    private static final String ENDED = "canary-release.jenkins.io/ended";

    /** Clocks of two machines differ; nobody loses a lease over that. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    /** MicroTime in the API reference: always six digits. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    /**
     * Who has the target.
     *
     * @param rollout the rollout's id
     * @param owner the build's address or the command, for people; "" when it was not written down
     * @param until when it runs out unless it is renewed
     * @param copy whether it is this rollout itself, in another copy of its controller
     * @param ended whether it is this rollout itself, and it has ended there
     */
    public record Holder(String rollout, String owner, Instant until, boolean copy, boolean ended) {

        Holder(String rollout, String owner, Instant until) {
            this(rollout, owner, until, false, false);
        }

        Holder asCopy() {
            return new Holder(rollout, owner, until, true, false);
        }
    }

    /**
     * Who asks for the lease.
     *
     * @param holder the rollout's id, or a person's
     * @param rollout for which it is asked
     * @param owner the build's address or the command, for people
     * @param incarnation of the process that asks
     */
    public record Self(String holder, String rollout, String owner, Incarnation incarnation) {}

    public TargetLease {
        lease = named(lease);
    }

    /** The Lease of a target: called {@code canary-} and its name; a Lease stands for itself. */
    public static ObjectRef named(ObjectRef target) {
        return target.kind().equals(Kind.LEASE) ? target : target.beside(Kind.LEASE, "canary-" + target.name());
    }

    /**
     * Takes the lease or renews it.
     *
     * @return empty when it is ours; else who has it
     */
    public Optional<Holder> hold() throws RouterException {
        return hold(false);
    }

    /** Takes the lease, whoever has it: who had it finds out when it asks again. */
    public void take() throws RouterException {
        hold(true);
    }

    private Optional<Holder> hold(boolean evenSo) throws RouterException {
        Instant now = clock.instant();
        if (cluster.find(lease).isEmpty()) {
            KubeObject made = new KubeObject(lease, Cluster.JSON.createObjectNode());
            write(made, now);
            if (cluster.create(lease, made.tree())) {
                return Optional.empty();
            }
        }
        AtomicReference<Holder> other = new AtomicReference<>();
        cluster.edit(lease, seen -> {
            Holder theirs = evenSo ? null : other(seen, now);
            other.set(theirs);
            if (theirs == null) {
                write(seen, now);
            }
            return theirs == null;
        });
        return Optional.ofNullable(other.get());
    }

    /** Null when the lease is ours, or may be. */
    private Holder other(KubeObject seen, Instant now) {
        if (isRollout() && self.rollout().equals(seen.annotation(ENDED))) {
            return new Holder(self.rollout(), "", Instant.EPOCH, true, true);
        }
        Holder holder = holder(seen);
        if (holder == null || !now.isBefore(holder.until().plus(SKEW))) {
            return null;
        }
        if (!holder.rollout().equals(self.holder())) {
            return holder;
        }
        return self.incarnation().succeeds(seen.annotation(INCARNATION)) ? null : holder.asCopy();
    }

    private boolean isRollout() {
        return self.holder().equals(self.rollout());
    }

    /** Who has, or has had, the lease after this rollout; empty when nobody has. */
    public Optional<Holder> successor() throws RouterException {
        return cluster.find(lease).flatMap(seen -> {
            Holder holder = holder(seen);
            String last = seen.annotation(LAST);
            Holder after = holder != null || last == null ? holder : new Holder(last, "", Instant.EPOCH);
            return Optional.ofNullable(after)
                    .filter(other -> !other.rollout().equals(self.holder())
                            && !other.rollout().equals(self.rollout()));
        });
    }

    /**
     * Lets go; nothing happens when somebody else has it by now.
     *
     * @param ended whether the rollout has ended, and nobody may go on with it
     */
    public void release(boolean ended) throws RouterException {
        release(seen -> {
            // A person only acts for the rollout, which has its end to write yet.
            if (ended && isRollout()) {
                seen.annotate(ENDED, self.rollout());
            }
        });
    }

    /** Lets go as if the lease had not been asked for: to a rollout that had it before, nobody has had it since. */
    public void giveBack(String before) throws RouterException {
        release(seen -> seen.annotate(LAST, before));
    }

    private void release(Consumer<KubeObject> note) throws RouterException {
        if (cluster.find(lease).isEmpty()) {
            return;
        }
        cluster.edit(lease, seen -> {
            Holder holder = holder(seen);
            if (holder == null
                    || !holder.rollout().equals(self.holder())
                    || !self.incarnation().succeeds(seen.annotation(INCARNATION))) {
                return false;
            }
            seen.tree().withObject("/spec").put("holderIdentity", "");
            seen.annotate(OWNER, null);
            note.accept(seen);
            return true;
        });
    }

    private void write(KubeObject made, Instant now) {
        ObjectNode spec = made.tree().withObject("/spec");
        String before = spec.path("holderIdentity").asText("");
        if (!before.equals(self.holder())) {
            spec.put("acquireTime", MICRO_TIME.format(now));
            spec.put("leaseTransitions", spec.path("leaseTransitions").asInt(-1) + 1);
        }
        spec.put("holderIdentity", self.holder());
        spec.put("leaseDurationSeconds", Math.max(1, (int) duration.toSeconds()));
        spec.put("renewTime", MICRO_TIME.format(now));
        made.annotate(OWNER, self.owner());
        made.annotate(LAST, self.rollout());
        String life = self.incarnation().current();
        made.annotate(INCARNATION, life.isEmpty() ? null : life);
    }

    /** Null when nobody has it. */
    private static Holder holder(KubeObject seen) {
        JsonNode spec = seen.spec();
        String identity = spec.path("holderIdentity").asText("");
        if (identity.isEmpty()) {
            return null;
        }
        String ownedBy = seen.annotation(OWNER);
        return new Holder(
                identity,
                ownedBy == null ? "" : ownedBy,
                renewed(spec.path("renewTime").asText())
                        .plusSeconds(spec.path("leaseDurationSeconds").asLong()));
    }

    private static Instant renewed(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException neverRenewed) {
            return Instant.EPOCH;
        }
    }
}
