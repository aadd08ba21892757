package io.jenkins.plugins.canary.build;

import com.cloudbees.plugins.credentials.CredentialsMatchers;
import com.cloudbees.plugins.credentials.CredentialsProvider;
import com.cloudbees.plugins.credentials.common.StandardCredentials;
import hudson.model.Item;
import hudson.model.Run;
import hudson.security.ACL;
import io.jenkins.plugins.canary.config.ServerSecret;
import io.jenkins.plugins.canary.config.ServerSecrets;
import io.jenkins.plugins.canary.engine.metric.Secrets;
import java.util.List;
import jenkins.model.Jenkins;

/**
 * Looks secrets up among the credentials that the job may use, and has their use recorded. A plan comes out of a
 * repository: it must not read files or the environment of the controller.
 */
final class JenkinsSecrets implements Secrets {

    private final Run<?, ?> build;
    private final String job;

    /**
     * @param build null when it is gone; then its job's credentials are looked at, and their use is not recorded
     * @param job full name
     */
    JenkinsSecrets(Run<?, ?> build, String job) {
        this.build = build;
        this.job = job;
    }

    @Override
    public String resolve(Ref ref) throws SecretMissing {
        if (ref.kind() != Ref.Kind.CREDENTIALS) {
            String word = ref.kind() == Ref.Kind.ENV ? "env:" : "file:";
            throw new SecretMissing("the plan refers to " + word + ref.name() + ": in Jenkins a plan must not read the"
                    + " controller's environment or files; add a credential and write credentials:ID");
        }
        return ServerSecrets.text(found(ref), id(ref));
    }

    @Override
    public Store store(Ref ref) throws SecretMissing {
        return ServerSecrets.store(found(ref), id(ref));
    }

    @Override
    public void allowFile(String path) throws SecretMissing {
        throw new SecretMissing("the plan refers to the file " + path + ": in Jenkins a plan must not read the"
                + " controller's files; add a certificate to the credentials and write credentials:ID");
    }

    private static String id(Ref ref) {
        ServerSecret server = ServerSecret.of(ref);
        return server == null ? ref.name() : server.id();
    }

    /** Null for a configured server whose credential is gone. */
    private StandardCredentials found(Ref ref) throws SecretMissing {
        ServerSecret server = ServerSecret.of(ref);
        if (server != null) {
            StandardCredentials found = server.find();
            if (found != null && build != null) {
                CredentialsProvider.track(build, found);
            }
            return found;
        }
        StandardCredentials found = find(ref.name());
        if (found == null) {
            throw new SecretMissing("there is no credential " + ref.name() + " that " + job + " may use: add it to the"
                    + " job's folder or to Jenkins, or correct the id in the plan");
        }
        return found;
    }

    private StandardCredentials find(String id) {
        if (build != null) {
            return CredentialsProvider.findCredentialById(id, StandardCredentials.class, build, List.of());
        }
        Item item = Jenkins.get().getItemByFullName(job);
        List<StandardCredentials> all = item == null
                ? CredentialsProvider.lookupCredentialsInItemGroup(
                        StandardCredentials.class, Jenkins.get(), ACL.SYSTEM2, List.of())
                : CredentialsProvider.lookupCredentialsInItem(StandardCredentials.class, item, ACL.SYSTEM2, List.of());
        return CredentialsMatchers.firstOrNull(all, CredentialsMatchers.withId(id));
    }
}
