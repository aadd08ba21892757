package io.jenkins.plugins.canary.tracing;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import io.jenkins.plugins.canary.engine.plan.Phase;
import io.jenkins.plugins.canary.engine.rollout.Outcome;
import io.jenkins.plugins.canary.engine.rollout.RolloutEvent;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.EventRow;
import io.jenkins.plugins.canary.engine.view.Sentences;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Makes spans of a rollout's events, with the events' own times: one of the rollout, and in it one for each phase, for the watch
 * and for the roll back. Fed with a whole journal, in its order; sends nothing unless it has an end.
 */
final class RolloutSpans {

    static final AttributeKey<String> ROLLOUT = AttributeKey.stringKey("canary.rollout.id");
    static final AttributeKey<String> NAME = AttributeKey.stringKey("canary.rollout.name");
    static final AttributeKey<String> VERSION = AttributeKey.stringKey("canary.version");
    static final AttributeKey<String> TARGET = AttributeKey.stringKey("canary.target");
    static final AttributeKey<String> OWNER = AttributeKey.stringKey("canary.build");
    static final AttributeKey<String> PAGE = AttributeKey.stringKey("canary.page");
    static final AttributeKey<String> PHASE = AttributeKey.stringKey("canary.phase");
    static final AttributeKey<Double> WEIGHT = AttributeKey.doubleKey("canary.weight.percent");
    static final AttributeKey<String> OUTCOME = AttributeKey.stringKey("canary.outcome");
    static final AttributeKey<String> SAYS = AttributeKey.stringKey("canary.event.text");

    private static final int ROLLING_BACK = -2;

    private final Tracer tracer;
    private final Context parent;
    private final CanaryPlan plan;
    private final String page;
    private Span rollout = Span.getInvalid();
    private Context inRollout;
    /** Of the phase in force, the watch, or the roll back; null between them. */
    private Span step;

    private int phase = -1;
    private boolean passed;

    /**
     * @param parent the build's span, or none
     * @param page the gate page's address; null where there is none
     */
    RolloutSpans(Tracer tracer, Context parent, CanaryPlan plan, String page) {
        this.tracer = tracer;
        this.parent = parent;
        this.plan = plan;
        this.page = page;
    }

    void follow(RolloutEvent event) {
        if (event instanceof RolloutEvent.Started e) {
            begin(e);
        } else if (event instanceof RolloutEvent.ShiftIntended e && e.phase() != phase) {
            left(e.at());
            Phase next = plan.phases().get(e.phase());
            phase = e.phase();
            passed = false;
            step = child("canary phase " + next.name(), e.at());
            step.setAttribute(PHASE, next.name());
            step.setAttribute(WEIGHT, next.weight().percent());
        } else if (event instanceof RolloutEvent.PromoteIntended e) {
            left(e.at());
        } else if (event instanceof RolloutEvent.WatchStarted e) {
            phase = -1;
            step = child("canary watch", e.at());
        } else if (event instanceof RolloutEvent.RollbackIntended e && !isRollingBack()) {
            failed(e.reason(), e.at());
            phase = ROLLING_BACK;
            step = child("canary roll back", e.at());
        } else if (event instanceof RolloutEvent.GatePassed) {
            passed = true;
        }
        EventRow says = Sentences.of(plan, 0, event);
        if (says != null) {
            Span about = step == null ? rollout : step;
            about.addEvent(says.kind(), Attributes.of(SAYS, says.text()), says.at(), TimeUnit.MILLISECONDS);
        }
        if (event instanceof RolloutEvent.Ended e) {
            end(e);
        }
    }

    private boolean isRollingBack() {
        return phase == ROLLING_BACK;
    }

    private void begin(RolloutEvent.Started e) {
        rollout = start("canary rollout " + e.name(), parent, e.at());
        rollout.setAttribute(ROLLOUT, e.rollout());
        rollout.setAttribute(NAME, e.name());
        rollout.setAttribute(TARGET, target(plan.target()));
        if (e.version() != null) {
            rollout.setAttribute(VERSION, e.version());
        }
        if (e.owner() != null) {
            rollout.setAttribute(OWNER, e.owner());
        }
        if (page != null) {
            rollout.setAttribute(PAGE, page);
        }
        inRollout = parent.with(rollout);
    }

    private static String target(Target target) {
        return target.namespace() == null ? target.deployment() : target.namespace() + "/" + target.deployment();
    }

    private Span child(String name, long at) {
        return start(name, inRollout, at);
    }

    private Span start(String name, Context in, long at) {
        SpanBuilder span = tracer.spanBuilder(name).setParent(in).setStartTimestamp(at, TimeUnit.MILLISECONDS);
        return span.startSpan();
    }

    /** The phase was left on the way up. */
    private void left(long at) {
        if (step != null) {
            close(passed ? "passed" : "overridden", at);
        }
    }

    private void failed(String reason, long at) {
        if (step != null) {
            step.setStatus(StatusCode.ERROR, reason);
            close("rolled_back", at);
        }
    }

    private void close(String outcome, long at) {
        step.setAttribute(OUTCOME, outcome);
        step.end(at, TimeUnit.MILLISECONDS);
        step = null;
    }

    private void end(RolloutEvent.Ended e) {
        String outcome = e.outcome().name().toLowerCase(Locale.ROOT);
        if (step != null) {
            close(outcome, e.at());
        }
        rollout.setAttribute(OUTCOME, outcome);
        rollout.setAttribute(WEIGHT, e.weight().percent());
        if (e.outcome() == Outcome.ROLLED_BACK || e.outcome() == Outcome.FAILED) {
            rollout.setStatus(StatusCode.ERROR, e.reason());
        }
        rollout.end(e.at(), TimeUnit.MILLISECONDS);
    }
}
