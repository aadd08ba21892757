package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Secrets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Secrets from the environment and from files; line breaks at a file's end are not part of the secret. */
final class LocalSecrets implements Secrets {

    @Override
    public String resolve(PlanRef ref) throws SecretMissing {
        return switch (ref.kind()) {
            case ENV -> {
                String value = System.getenv(ref.name());
                if (value == null || value.isEmpty()) {
                    throw new SecretMissing("the environment variable " + ref.name() + " is not set");
                }
                yield value;
            }
            case FILE -> file(ref.name());
            case CREDENTIALS ->
                throw new SecretMissing("credentials:" + ref.name()
                        + " can only be used in Jenkins; on the command line write env:NAME or file:PATH");
        };
    }

    private static String file(String name) throws SecretMissing {
        try {
            String value = Files.readString(Path.of(name)).stripTrailing();
            if (value.isEmpty()) {
                throw new SecretMissing("the file " + name + " is empty");
            }
            return value;
        } catch (IOException | InvalidPathException e) {
            throw new SecretMissing("the file " + name + " cannot be read as a secret: "
                    + e.getClass().getSimpleName());
        }
    }
}
