package io.jenkins.plugins.canary.job;

import hudson.model.Item;
import hudson.model.Queue;
import hudson.model.Run;
import hudson.model.queue.Tasks;
import hudson.security.ACL;
import hudson.security.ACLContext;
import java.util.function.Supplier;
import jenkins.model.Jenkins;
import jenkins.security.QueueItemAuthenticatorConfiguration;
import org.jenkinsci.plugins.workflow.flow.FlowExecution;
import org.jenkinsci.plugins.workflow.flow.FlowExecutionOwner;
import org.springframework.security.core.Authentication;

/**
 * Whose rights a rollout has, also when its build is gone: the build's own, else those that Jenkins gives builds of its job. As
 * elsewhere in Jenkins that is everything while no access control for builds is configured, and nothing for a job that
 * the configured one says nothing about.
 */
final class RolloutRights {

    private final Supplier<String> job;
    private final Supplier<Run<?, ?>> build;

    /**
     * @param job yields the full name of the rollout's job
     * @param build yields null when it is gone
     */
    RolloutRights(Supplier<String> job, Supplier<Run<?, ?>> build) {
        this.job = job;
        this.build = build;
    }

    Authentication authentication() {
        Authentication own = ofBuild(build.get());
        Authentication found = own == null || own.equals(ACL.SYSTEM2) ? ofJob() : own;
        // What plugins bring for their own tasks, such as the node steps of pipelines, configures nothing.
        boolean configured =
                !QueueItemAuthenticatorConfiguration.get().getAuthenticators().isEmpty();
        return found.equals(ACL.SYSTEM2) && configured ? Jenkins.ANONYMOUS2 : found;
    }

    /** Who started the build, where the build runs as that; null where nothing is known. */
    private static Authentication ofBuild(Run<?, ?> run) {
        if (!(run instanceof FlowExecutionOwner.Executable pipeline)) {
            return null;
        }
        FlowExecutionOwner owner = pipeline.asFlowExecutionOwner();
        FlowExecution execution = owner == null ? null : owner.getOrNull();
        return execution == null ? null : execution.getAuthentication2();
    }

    private Authentication ofJob() {
        Item item;
        try (ACLContext all = ACL.as2(ACL.SYSTEM2)) {
            item = Jenkins.get().getItemByFullName(job.get());
        }
        return item instanceof Queue.Task task ? Tasks.getAuthenticationOf2(task) : ACL.SYSTEM2;
    }

    String shown(Authentication who) {
        return "the job " + job.get() + ", whose builds run as " + who.getName() + ",";
    }
}
