package io.jenkins.plugins.canary.job;

import hudson.model.Job;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.own.RouterAnswer;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.CauseOfInterruption;
import jenkins.model.InterruptedBuildAction;
import jenkins.model.Jenkins;
import jenkins.util.VirtualFile;

/**
 * What the runs of a team's job tell of the traffic: the newest one that answered, those after it that failed, and the one
 * that is under way. Whoever started them: a run by hand moves the traffic as well. Blocks on the disk.
 */
final class JobRuns {

    /** The artifact that says what is in force. */
    static final String ANSWER = "canary.json";

    /** How many runs are looked at for an answer. */
    private static final int MOST = 100;

    private final Map<String, String> parameters;
    private Answer last;

    /** @param parameters runs with other values are about something else */
    JobRuns(Map<String, String> parameters) {
        this.parameters = parameters;
    }

    /** @param endedAt milliseconds since the epoch */
    record Answer(Run<?, ?> run, Observation observation, long endedAt) {}

    /**
     * @param underWay what waits or runs; null for nothing
     * @param answer null when no run has answered
     * @param failed those after the answer, the newest first
     */
    record Look(UnderWay underWay, Answer answer, List<Run<?, ?>> failed) {

        /** When the newest of the ended runs ended; there must be one. */
        long lastEnd() {
            return failed.isEmpty() ? answer.endedAt : ended(failed.get(0));
        }

        /** The newest run that failed and may have moved the traffic; null when there is none. */
        Run<?, ?> failedMove() {
            return failed.stream().filter(r -> !isLook(r)).findFirst().orElse(null);
        }
    }

    /**
     * @param item null for one that runs
     * @param run null for one that waits
     * @param of null for one that somebody started by hand
     */
    record UnderWay(Queue.Item item, Run<?, ?> run, RouterRun of) {

        long since() {
            return item != null ? item.getInQueueSince() : run.getTimeInMillis();
        }

        String shown() {
            return item != null
                    ? item.task.getFullDisplayName() + ", which waits: " + item.getWhy()
                    : JobRuns.shown(run) + ", which runs: " + log(run);
        }
    }

    Look look(Job<?, ?> job) {
        UnderWay underWay = null;
        for (Queue.Item item : Jenkins.get().getQueue().getItems((Queue.Task) job)) {
            if (fits(item.getAction(ParametersAction.class))) {
                underWay = new UnderWay(item, null, item.getAction(RouterRun.class));
            }
        }
        List<Run<?, ?>> failed = new ArrayList<>();
        for (Run<?, ?> run : job.getBuilds().limit(MOST)) {
            if (!fits(run.getAction(ParametersAction.class))) {
                continue;
            }
            if (run.isBuilding()) {
                underWay = new UnderWay(null, run, run.getAction(RouterRun.class));
                continue;
            }
            Answer answer = answer(run);
            if (answer != null) {
                return new Look(underWay, answer, failed);
            }
            failed.add(run);
        }
        return new Look(underWay, null, failed);
    }

    /** The ended runs for one intention of a rollout, the newest first. */
    static List<Run<?, ?>> attempts(Job<?, ?> job, String rollout, String intent) {
        return newest(job)
                .filter(run -> {
                    RouterRun mark = run.getAction(RouterRun.class);
                    return mark != null && mark.isFor(rollout, intent) && !run.isBuilding();
                })
                .<Run<?, ?>>map(run -> run)
                .toList();
    }

    /** Whether a rollout has moved the traffic, or tried to. */
    static boolean hasMoved(Job<?, ?> job, String rollout) {
        return newest(job).anyMatch(run -> {
            RouterRun mark = run.getAction(RouterRun.class);
            return mark != null && mark.isOf(rollout) && !mark.isLook();
        });
    }

    private static Stream<? extends Run<?, ?>> newest(Job<?, ?> job) {
        return job.getBuilds().limit(MOST).stream();
    }

    static boolean isLook(Run<?, ?> run) {
        RouterRun mark = run.getAction(RouterRun.class);
        return mark != null && mark.isLook();
    }

    private boolean fits(ParametersAction given) {
        return parameters.entrySet().stream().allMatch(wanted -> {
            ParameterValue value = given == null ? null : given.getParameter(wanted.getKey());
            return value != null && wanted.getValue().equals(String.valueOf(value.getValue()));
        });
    }

    /** Null when it gave none. */
    private synchronized Answer answer(Run<?, ?> run) {
        if (last != null && last.run.equals(run)) {
            return last;
        }
        if (run.getResult() != Result.SUCCESS) {
            return null;
        }
        try {
            last = new Answer(run, RouterAnswer.read(content(run)), ended(run));
            return last;
        } catch (IOException | RouterAnswer.Malformed none) {
            return null;
        }
    }

    private static byte[] content(Run<?, ?> run) throws IOException {
        VirtualFile file = run.getArtifactManager().root().child(ANSWER);
        try (InputStream in = file.open()) {
            return in.readNBytes(RouterAnswer.LARGEST + 1);
        }
    }

    /** Who or what stopped a run, in brackets; "" when nobody did. */
    private static String stopped(Run<?, ?> run) {
        InterruptedBuildAction why = run.getAction(InterruptedBuildAction.class);
        return why == null
                ? ""
                : why.getCauses().stream()
                        .map(CauseOfInterruption::getShortDescription)
                        .collect(Collectors.joining(", ", " (", ")"));
    }

    boolean hasAnswered(Run<?, ?> run) {
        return answer(run) != null;
    }

    /** Why a run that has ended gave no answer, with the place of its log. */
    static String fault(Run<?, ?> run) {
        if (run.getResult() != Result.SUCCESS) {
            return shown(run) + " ended with " + run.getResult() + stopped(run) + ": " + log(run);
        }
        try {
            RouterAnswer.read(content(run));
            return shown(run) + " has answered";
        } catch (IOException e) {
            return shown(run) + " archived no " + ANSWER + ", which says what is in force: " + log(run);
        } catch (RouterAnswer.Malformed e) {
            return ANSWER + " of " + shown(run) + " is no answer: " + e.getMessage() + "; " + log(run);
        }
    }

    static long ended(Run<?, ?> run) {
        return run.getStartTimeInMillis() + run.getDuration();
    }

    static String shown(Run<?, ?> run) {
        return run.getParent().getFullName() + " #" + run.getNumber();
    }

    private static String log(Run<?, ?> run) {
        String root = Jenkins.get().getRootUrl();
        return (root == null ? "" : root) + run.getUrl() + "console";
    }
}
