package io.jenkins.plugins.canary.rollouts;

import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.model.Run;
import io.jenkins.plugins.canary.config.ConfiguredSecret;
import java.util.List;
import jenkins.model.Jenkins;

/**
 * Looks secrets up among the credentials that the job may use, and has their use recorded. A plan comes out of a
 * repository: it must not read files or the environment of the controller.
 */
final class JenkinsSecrets implements ConfiguredSecret.Recorder {

    private final Run<?, ?> build;
    private final String job;

    /**
     * @param build null when it is gone; then its job's credentials are looked at, and their use is not recorded
     * @param job full name; when there is no such job any more, the plan gets no secret at all
     */
    JenkinsSecrets(Run<?, ?> build, String job) {
        this.build = build;
        this.job = job;
    }

    @Override
    public String resolve(PlanRef ref) throws SecretMissing {
        return ConfiguredSecret.text(found(ref), ref.name());
    }

    @Override
    public Store store(PlanRef ref) throws SecretMissing {
        return ConfiguredSecret.store(found(ref), ref.name());
    }

    @Override
    public void allowFile(String path) throws SecretMissing {
        throw new SecretMissing("the plan refers to the file " + path + ": in Jenkins a plan must not read the"
                + " controller's files; add a certificate to the credentials and write credentials:ID");
    }

    @Override
    public void allowMachineCredentials(String cloud, String instead) throws SecretMissing {
        throw new SecretMissing("the plan has no credentials under auth." + cloud
                + ", and the controller's own are not for plans; write " + instead);
    }

    @Override
    public void used(StandardCredentials credential) {
        if (build != null) {
            CredentialsProvider.track(build, credential);
        }
    }

    private StandardCredentials found(PlanRef ref) throws SecretMissing {
        if (ref.kind() != PlanRef.Kind.CREDENTIALS) {
            throw new SecretMissing("the plan refers to " + ref.shown() + ": in Jenkins a plan must not read the"
                    + " controller's environment or files; add a credential and write credentials:ID");
        }
        StandardCredentials found = build != null
                ? CredentialsProvider.findCredentialById(ref.name(), StandardCredentials.class, build, List.of())
                : ofTheJob(ref.name());
        if (found == null) {
            throw new SecretMissing("there is no credential " + ref.name() + " that " + job + " may use: add it to the"
                    + " job's folder or to Jenkins, or correct the id in the plan");
        }
        return found;
    }

    /** A job that is gone has no rights: its plan must not be given what the whole controller may use instead. */
    private StandardCredentials ofTheJob(String id) throws SecretMissing {
        if (Jenkins.get().getItemByFullName(job) == null) {
            throw new SecretMissing(
                    "the credential " + id + " is not looked up: the job " + job + " that may use it is gone");
        }
        return new ConfiguredSecret(job, id).find();
    }
}
