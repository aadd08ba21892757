package io.jenkins.plugins.canary.engine.traffic.kubernetes;

import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.traffic.CanaryHealth;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.ServiceDriver.ServiceSettings;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.SwitchRecord.Stage;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.Kind;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.KubeObject;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.api.ObjectRef;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/**
 * Blue/green by the selector of a Service. The Deployment that it selects when a rollout begins is the stable version's; a
 * promotion leaves the selector where it is, and the next rollout goes the other way. What comes next follows from the
 * cluster alone.
 */
record ServiceRouter(TwoColours colours, ObjectRef service, ServiceSettings settings, RouterContext context)
        implements TrafficRouter {

    private long now() {
        return context.clock().millis();
    }

    private KubeObject read() throws RouterException {
        return colours.cluster().get(service);
    }

    private SwitchRecord record(KubeObject seen) {
        return SwitchRecord.of(seen, context.rollout());
    }

    /** With the record of this rollout the version under trial is known, whichever is selected; else it is the idle one. */
    private String canary(KubeObject seen) throws RouterException {
        SwitchRecord record = record(seen);
        return record == null ? colours.other(colours.active(seen)) : record.to();
    }

    private Workload workload(String deployment) throws RouterException {
        return Workload.of(colours.cluster().get(colours.ref(deployment)));
    }

    @Override
    public Observation observe() throws RouterException {
        KubeObject seen = read();
        String canary = canary(seen);
        if (!colours.active(seen).equals(canary)) {
            return Observation.of(Weight.ZERO, true, "", List.of());
        }
        SwitchRecord record = record(seen);
        Observation switched = Observation.of(Weight.FULL, true, "", List.of());
        return switch (record.stage()) {
            case SWITCHED, BACK -> switched.withHealth(health(canary));
            case KEEPING -> switched.unsettled(keeps(record)).withHealth(health(canary));
            case ENDING -> switched.unsettled("the old version's pods are scaled to 0");
            case PROMOTED -> switched.asPromoted(true);
        };
    }

    private String keeps(SwitchRecord record) {
        Instant until =
                Instant.ofEpochMilli(record.since()).plus(settings.keep()).truncatedTo(ChronoUnit.SECONDS);
        return "keeps the pods of " + colours.ref(record.from()) + " until " + until
                + "; a rollback switches back in one step";
    }

    /** Null when the cluster does not tell. */
    private CanaryHealth health(String canary) {
        try {
            return PodHealth.of(
                    new Workloads(colours.cluster(), colours.namespace(), colours.other(canary), canary), null, now());
        } catch (RouterException unknown) {
            return null;
        }
    }

    @Override
    public void shift(Weight weight) throws RouterException {
        String refusal = settings.refusal(weight);
        if (refusal != null) {
            throw RouterException.permanent(refusal);
        }
        if (weight.isZero()) {
            rollBack();
            return;
        }
        KubeObject seen = read();
        String canary = canary(seen);
        if (colours.active(seen).equals(canary)) {
            return;
        }
        requirePods(workload(canary));
        colours.cluster().edit(service, fresh -> {
            String active = colours.active(fresh);
            if (active.equals(canary)) {
                return false;
            }
            colours.select(fresh, canary);
            fresh.annotate(
                    SwitchRecord.ANNOTATION,
                    new SwitchRecord(
                            context.rollout(),
                            context.version(),
                            active,
                            workload(active).images(),
                            canary,
                            Stage.SWITCHED,
                            now(),
                            0));
            return true;
        });
    }

    private static void requirePods(Workload canary) throws RouterException {
        if (canary.replicas() == 0) {
            throw RouterException.permanent(
                    canary.ref() + " has 0 pods wanted, so every request would fail: scale it up"
                            + " before the rollout, kubectl -n " + canary.ref().namespace() + " scale deployment "
                            + canary.ref().name() + " --replicas=N");
        }
        if (!canary.rolledOut()) {
            throw new RouterException("the switch waits for " + canary.ref() + ": " + canary.progress());
        }
    }

    @Override
    public void promote(String version) throws RouterException {
        KubeObject seen = read();
        SwitchRecord record = record(seen);
        if (record == null || !colours.active(seen).equals(record.to())) {
            throw RouterException.permanent(
                    service + " does not select the version under trial, so there is nothing to" + " promote");
        }
        switch (record.stage()) {
            case SWITCHED, BACK -> note(record.at(Stage.KEEPING, now()));
            case KEEPING -> {
                if (now() - record.since() >= settings.keep().toMillis()) {
                    note(record.scaledFrom(workload(record.from()).replicas(), now()));
                }
            }
            case ENDING -> {
                follow(record.from());
                scale(record.from(), 0);
                note(record.at(Stage.PROMOTED, now()));
            }
            case PROMOTED -> {}
        }
    }

    private void note(SwitchRecord next) throws RouterException {
        colours.cluster().edit(service, fresh -> {
            fresh.annotate(SwitchRecord.ANNOTATION, next);
            return true;
        });
    }

    /** The preview Service selects the Deployment that the next version comes to. */
    private void follow(String idle) throws RouterException {
        if (settings.preview() == null) {
            return;
        }
        colours.cluster().edit(service.beside(Kind.SERVICE, settings.preview()), fresh -> {
            if (colours.active(fresh).equals(idle)) {
                return false;
            }
            colours.select(fresh, idle);
            return true;
        });
    }

    private void scale(String deployment, int replicas) throws RouterException {
        new Workloads(colours.cluster(), colours.namespace(), deployment, colours.other(deployment))
                .scaleStable(replicas);
    }

    /**
     * At once while the old version's pods are kept. Once a promotion has scaled them down they come back first: all of them
     * where the new version still serves, one where it does not.
     */
    @Override
    public void rollBack() throws RouterException {
        KubeObject seen = read();
        SwitchRecord record = record(seen);
        if (record == null || !colours.active(seen).equals(record.to())) {
            return;
        }
        if (!workload(record.from()).runs(record.images())) {
            throw RouterException.permanent(colours.ref(record.from()) + " no longer runs the old version "
                    + record.images() + ", so there is nothing to switch back to: deploy that there, or roll forward");
        }
        if (record.replicas() > 0 && workload(record.from()).replicas() < record.replicas()) {
            scale(record.from(), record.replicas());
        }
        Workload old = workload(record.from());
        boolean lost = workload(record.to()).ready() == 0;
        if (old.ready() == 0 || record.replicas() > 0 && !lost && !old.rolledOut()) {
            throw new RouterException("the switch back waits for " + old.ref() + ": " + old.ready() + " of "
                    + Math.max(old.replicas(), record.replicas()) + " pods ready");
        }
        colours.cluster().edit(service, fresh -> {
            if (!colours.active(fresh).equals(record.to())) {
                return false;
            }
            colours.select(fresh, record.from());
            fresh.annotate(SwitchRecord.ANNOTATION, record.at(Stage.BACK, now()));
            return true;
        });
    }

    @Override
    public void close() {
        colours.cluster().close();
    }
}
