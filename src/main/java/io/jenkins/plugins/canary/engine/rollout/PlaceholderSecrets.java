package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Secrets;
import java.util.UUID;

/**
 * Secrets of a rollout that is only taken back any more: for one that is missing stands a text that nobody knows. A router
 * opens with it, and whoever would have shown the secret to it is refused.
 */
record PlaceholderSecrets(Secrets secrets) implements Secrets {

    @Override
    public String resolve(PlanRef ref) {
        try {
            return secrets.resolve(ref);
        } catch (SecretMissing e) {
            return UUID.randomUUID().toString();
        }
    }

    @Override
    public Store store(PlanRef ref) throws SecretMissing {
        return secrets.store(ref);
    }

    @Override
    public void allowFile(String path) throws SecretMissing {
        secrets.allowFile(path);
    }
}
