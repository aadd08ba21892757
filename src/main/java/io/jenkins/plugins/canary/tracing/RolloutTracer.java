package io.jenkins.plugins.canary.tracing;

import hudson.Extension;
import hudson.model.Computer;
import hudson.model.Run;
import hudson.model.TaskListener;
import io.jenkins.plugins.canary.engine.notify.Notice;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.rollout.FileJournal;
import io.jenkins.plugins.canary.rollouts.CanaryListener;
import io.jenkins.plugins.canary.rollouts.PendingRollouts;
import io.jenkins.plugins.canary.rollouts.RolloutRecord;
import io.jenkins.plugins.canary.rollouts.RolloutsAction;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.io.IOException;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Sends a rollout's spans when it has ended, made of its journal: a restart in between loses nothing, and nothing is sent
 * twice. They belong to the trace of the build, which the OpenTelemetry plugin names in {@code TRACEPARENT}.
 */
@Extension(optional = true)
public final class RolloutTracer extends CanaryListener {

    private static final Logger LOGGER = Logger.getLogger(RolloutTracer.class.getName());
    private static final String TRACEPARENT = "TRACEPARENT";

    private final PendingRollouts pending = new PendingRollouts("traces");

    /** By name, whatever the case: the environment has it in capital letters. */
    private static final class Getter implements TextMapGetter<Map<String, String>> {
        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier == null ? null : carrier.get(key);
        }
    }

    @Override
    public void onStarted() {
        pending.read().forEach((rollout, left) -> {
            if (RolloutsAction.find(left.build(), rollout)
                    .map(RolloutRecord::isEnded)
                    .orElse(true)) {
                send(left.build(), rollout);
            }
        });
    }

    @Override
    public void onNotice(Run<?, ?> build, Notice notice) {
        String rollout = notice.rollout().id();
        if (build == null) {
            pending.remove(rollout);
        } else if (notice.topic() == Topic.STARTED) {
            // While the build's span is open: it may be long closed when the rollout ends.
            pending.add(rollout, build, traceparent(build));
        } else if (notice.topic() == Topic.ENDED) {
            Computer.threadPoolForRemoting.execute(() -> send(build, rollout));
        }
    }

    private static String traceparent(Run<?, ?> build) {
        try {
            return build.getEnvironment(TaskListener.NULL).get(TRACEPARENT, "");
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "no environment of " + build, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return "";
    }

    private void send(Run<?, ?> build, String rollout) {
        if (!pending.has(rollout)) {
            return;
        }
        Context parent = W3CTraceContextPropagator.getInstance()
                .extract(Context.root(), Map.of("traceparent", pending.note(rollout)), new Getter());
        // First of all: what was sent and is not known to be would be sent again.
        pending.remove(rollout);
        try {
            RolloutsAction rollouts =
                    RolloutsAction.of(build).orElseThrow(() -> new IOException("the build has no rollouts any more"));
            Tracer tracer = GlobalOpenTelemetry.getTracer("io.jenkins.plugins.canary");
            CanaryPlan plan = rollouts.view(rollout).plan();
            RolloutSpans spans = new RolloutSpans(tracer, parent, plan, RolloutsAction.page(build, rollout));
            FileJournal.read(rollouts.journal(rollout), spans::follow);
        } catch (IOException | RuntimeException e) {
            LOGGER.log(Level.WARNING, "The spans of canary rollout " + rollout + " of " + build + " were not sent", e);
        }
    }
}
