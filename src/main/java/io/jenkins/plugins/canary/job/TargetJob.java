package io.jenkins.plugins.canary.job;

import hudson.model.CauseAction;
import hudson.model.Executor;
import hudson.model.Item;
import hudson.model.Job;
import hudson.model.ParameterDefinition;
import hudson.model.ParameterValue;
import hudson.model.ParametersAction;
import hudson.model.ParametersDefinitionProperty;
import hudson.model.Queue;
import hudson.model.Result;
import hudson.model.Run;
import hudson.model.SimpleParameterDefinition;
import hudson.security.ACL;
import hudson.security.ACLContext;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver;
import io.jenkins.plugins.canary.engine.traffic.own.JobDriver.JobSettings;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jenkins.model.CauseOfInterruption;
import jenkins.model.Jenkins;
import jenkins.model.ParameterizedJobMixIn;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;

/** The job that moves the traffic, as far as the rollout's job may see, start and stop it. */
final class TargetJob {

    private final JobSettings settings;
    private final RolloutRights rights;

    TargetJob(JobSettings settings, RolloutRights rights) {
        this.settings = settings;
        this.rights = rights;
    }

    /**
     * The job, with all that a run of it needs.
     *
     * @throws RouterException permanent: it is not there, may not be started, or has not the parameters
     */
    Job<?, ?> find() throws RouterException {
        Authentication who = rights.authentication();
        Job<?, ?> job = seen(who);
        if (job == null) {
            throw RouterException.permanent("there is no job " + settings.job() + " that " + rights.shown(who)
                    + " may see: correct the name in the plan, or give that user the permission Job/Read on it");
        }
        if (!job.getACL().hasPermission2(who, Item.BUILD)) {
            throw RouterException.permanent(rights.shown(who) + " may not start " + settings.job()
                    + ": give that user the permission Job/Build on it");
        }
        if (!job.isBuildable()) {
            throw RouterException.permanent("the job " + settings.job() + " is disabled: enable it");
        }
        List<String> missing = Stream.concat(
                        Stream.of(JobDriver.ACTION, JobDriver.WEIGHT, JobDriver.VERSION),
                        settings.parameters().keySet().stream().sorted())
                .filter(name -> definition(job, name) == null)
                .toList();
        if (!missing.isEmpty()) {
            throw RouterException.permanent("the job " + settings.job() + " has no parameter "
                    + String.join(", ", missing)
                    + ": add them, see docs/drivers/job.md; a pipeline has those of its script after its first run");
        }
        return job;
    }

    /** Null when it is not there, or may not be seen. */
    private Job<?, ?> seen(Authentication who) {
        try (ACLContext as = ACL.as2(who)) {
            return Jenkins.get().getItemByFullName(settings.job(), Job.class);
        } catch (AccessDeniedException discoverOnly) {
            return null;
        }
    }

    private static ParameterDefinition definition(Job<?, ?> job, String name) {
        ParametersDefinitionProperty all = job.getProperty(ParametersDefinitionProperty.class);
        return all == null ? null : all.getParameterDefinition(name);
    }

    /**
     * Puts a run into the queue.
     *
     * @param given the parameters by name
     * @throws RouterException when Jenkins takes none, or a parameter does not take its value
     */
    Queue.Item start(Job<?, ?> job, Map<String, String> given, RouterRun mark, String owner) throws RouterException {
        List<ParameterValue> values = new ArrayList<>();
        for (ParameterDefinition d :
                job.getProperty(ParametersDefinitionProperty.class).getParameterDefinitions()) {
            ParameterValue value =
                    given.containsKey(d.getName()) ? value(d, given.get(d.getName())) : d.getDefaultParameterValue();
            if (value != null) {
                values.add(value);
            }
        }
        Queue.Item item;
        try (ACLContext as = ACL.as2(rights.authentication())) {
            item = ParameterizedJobMixIn.scheduleBuild2(
                    job, 0, new ParametersAction(values), new CauseAction(new RolloutCause(owner)), mark);
        }
        if (item == null) {
            throw new RouterException("Jenkins takes no run of " + settings.job()
                    + " now: it is shutting down, or the job" + " may not be started");
        }
        return item;
    }

    private ParameterValue value(ParameterDefinition d, String text) throws RouterException {
        if (!(d instanceof SimpleParameterDefinition simple)) {
            throw RouterException.permanent("the parameter " + d.getName() + " of " + settings.job()
                    + " takes no text: make it a string parameter");
        }
        try {
            return simple.createValue(text);
        } catch (IllegalArgumentException e) {
            throw RouterException.permanent("the parameter " + d.getName() + " of " + settings.job()
                    + " does not take '" + text + "': " + e.getMessage());
        }
    }

    /** What a run is told: the plan's parameters and its own. */
    Map<String, String> parameters(RouterRun.Action action, String weight, String version, String rollout) {
        Map<String, String> given = new HashMap<>(settings.parameters());
        given.put(JobDriver.ACTION, action.word());
        given.put(JobDriver.WEIGHT, weight);
        given.put(JobDriver.VERSION, version == null ? "" : version);
        given.put(JobDriver.ROLLOUT, rollout);
        return given;
    }

    /**
     * Takes a run out of the queue, or stops it.
     *
     * @return whether that was possible
     * @throws RouterException when the rollout's job may not
     */
    boolean stop(Job<?, ?> job, JobRuns.UnderWay run, String why) throws RouterException {
        Authentication who = rights.authentication();
        if (!job.getACL().hasPermission2(who, Item.CANCEL)) {
            throw new RouterException(why + "; " + rights.shown(who) + " may not stop it: stop it by hand, or give that"
                    + " user the permission Job/Cancel on " + settings.job());
        }
        if (run.item() != null) {
            return Jenkins.get().getQueue().cancel(run.item());
        }
        Executor executor = executor(run.run());
        if (executor == null) {
            return false;
        }
        executor.interrupt(Result.ABORTED, new Overdue(why));
        return true;
    }

    private static Executor executor(Run<?, ?> run) {
        return run.getExecutor() != null ? run.getExecutor() : run.getOneOffExecutor();
    }

    String shown() {
        return settings.job()
                + settings.parameters().entrySet().stream()
                        .sorted(Map.Entry.comparingByKey())
                        .map(p -> p.getKey() + "=" + p.getValue())
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(", "), all -> all.isEmpty() ? "" : " (" + all + ")"));
    }

    /** Why a run was stopped, in its own log. */
    private static final class Overdue extends CauseOfInterruption {
        private static final long serialVersionUID = 1L;

        private final String why;

        private Overdue(String why) {
            this.why = why;
        }

        @Override
        public String getShortDescription() {
            return why;
        }
    }
}
