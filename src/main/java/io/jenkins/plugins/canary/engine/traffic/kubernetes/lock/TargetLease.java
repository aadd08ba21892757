package io.jenkins.plugins.canary.engine.traffic.kubernetes.lock;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Cluster;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ConflictException;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Edit;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ObjectRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * One rollout a target: a coordination.k8s.io Lease beside the target that every controller sees. It runs out by
 * itself when its holder dies; a holder keeps it by asking for it again well within its duration.
 */
public final class TargetLease {

    private static final String OWNER = "canary-release.jenkins.io/owner";

    /** Stays when the lease is let go, so that who had it before finds out that somebody has had it since. */
    private static final String LAST = "canary-release.jenkins.io/last-holder";

    /** Clocks of two machines differ; nobody loses a lease over that. */
    private static final Duration SKEW = Duration.ofSeconds(10);

    /** MicroTime in the API reference: always six digits. */
    private static final DateTimeFormatter MICRO_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'").withZone(ZoneOffset.UTC);

    private final Cluster cluster;
    private final ObjectRef lease;
    private final String rollout;
    private final String owner;
    private final Duration duration;
    private final InstantSource clock;

    /**
     * Who has the target.
     *
     * @param rollout the rollout's id
     * @param owner the build's address or the command, for people; "" when it was not written down
     * @param until when it runs out unless it is renewed
     */
    public record Holder(String rollout, String owner, Instant until) {}

    /**
     * @param target what is locked
     * @param duration whole seconds, at least one
     */
    public TargetLease(Cluster cluster, ObjectRef target, String rollout, String owner, Duration duration,
            InstantSource clock) {
        this.cluster = cluster;
        this.lease = named(target);
        this.rollout = rollout;
        this.owner = owner;
        this.duration = duration;
        this.clock = clock;
    }

    /** The Lease of a target: called {@code canary-} and its name; a Lease stands for itself. */
    public static ObjectRef named(ObjectRef target) {
        return target.kind().equals(Kind.LEASE)
                ? target : new ObjectRef(Kind.LEASE, target.namespace(), "canary-" + target.name());
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
            ObjectNode made = Cluster.JSON.createObjectNode();
            write(made, now);
            try {
                cluster.create(lease, made);
                return Optional.empty();
            } catch (ConflictException somebodyWasQuicker) {
                // then it is there, and theirs or ours
            }
        }
        AtomicReference<Holder> other = new AtomicReference<>();
        Edit.edit(cluster, lease, tree -> {
            Holder holder = holder(new KubeObject(lease, tree));
            boolean theirs = !evenSo && holder != null && !holder.rollout().equals(rollout)
                    && now.isBefore(holder.until().plus(SKEW));
            other.set(theirs ? holder : null);
            if (!theirs) {
                write(tree, now);
            }
            return !theirs;
        });
        return Optional.ofNullable(other.get());
    }

    /** Who has, or has had, the lease after this rollout; empty when nobody has. */
    public Optional<Holder> successor() throws RouterException {
        return cluster.find(lease).flatMap(seen -> {
            Holder holder = holder(seen);
            String last = seen.annotation(LAST);
            Holder after = holder != null || last == null ? holder : new Holder(last, "", Instant.EPOCH);
            return Optional.ofNullable(after).filter(other -> !other.rollout().equals(rollout));
        });
    }

    /** Lets go; nothing happens when somebody else has it by now. */
    public void release() throws RouterException {
        if (cluster.find(lease).isEmpty()) {
            return;
        }
        Edit.edit(cluster, lease, tree -> {
            Holder holder = holder(new KubeObject(lease, tree));
            if (holder == null || !holder.rollout().equals(rollout)) {
                return false;
            }
            tree.withObject("/spec").put("holderIdentity", "");
            KubeObject.annotate(tree, OWNER, null);
            return true;
        });
    }

    private void write(ObjectNode tree, Instant now) {
        ObjectNode spec = tree.withObject("/spec");
        String before = spec.path("holderIdentity").asText("");
        if (!before.equals(rollout)) {
            spec.put("acquireTime", MICRO_TIME.format(now));
            spec.put("leaseTransitions", spec.path("leaseTransitions").asInt(-1) + 1);
        }
        spec.put("holderIdentity", rollout);
        spec.put("leaseDurationSeconds", Math.max(1, (int) duration.toSeconds()));
        spec.put("renewTime", MICRO_TIME.format(now));
        KubeObject.annotate(tree, OWNER, owner);
        KubeObject.annotate(tree, LAST, rollout);
    }

    /** Null when nobody has it. */
    private static Holder holder(KubeObject seen) {
        JsonNode spec = seen.spec();
        String identity = spec.path("holderIdentity").asText("");
        if (identity.isEmpty()) {
            return null;
        }
        String ownedBy = seen.annotation(OWNER);
        return new Holder(identity, ownedBy == null ? "" : ownedBy,
                renewed(spec.path("renewTime").asText()).plusSeconds(spec.path("leaseDurationSeconds").asLong()));
    }

    private static Instant renewed(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException neverRenewed) {
            return Instant.EPOCH;
        }
    }
}
