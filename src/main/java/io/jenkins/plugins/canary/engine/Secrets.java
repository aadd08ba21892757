package io.jenkins.plugins.canary.engine;

import java.util.Locale;

/** Turns what a plan refers to into a secret. Where the engine runs decides what a plan may refer to. */
@FunctionalInterface
public interface Secrets {

    /** A PKCS#12 store, its key under the store's own password. */
    record Store(byte[] pkcs12, char[] password) {}

    /**
     * The certificates that {@code keyStore} or {@code trustStore} refers to.
     *
     * @throws SecretMissing when the reference is not allowed here or leads nowhere
     */
    default Store store(PlanRef ref) throws SecretMissing {
        throw new SecretMissing(ref.shown() + " is known to Jenkins only: name a PKCS#12 file here");
    }

    /**
     * Whether a plan may name a file of this machine.
     *
     * @throws SecretMissing when it must not
     */
    default void allowFile(String path) throws SecretMissing {}

    /**
     * Whether a plan may sign in as this machine does, with what its environment, files or cloud give it.
     *
     * @param cloud the key under {@code auth}
     * @param instead what to write there
     * @throws SecretMissing when it must not
     */
    default void allowMachineCredentials(String cloud, String instead) throws SecretMissing {}

    /**
     * @throws SecretMissing when the reference is not allowed here or leads nowhere
     */
    String resolve(PlanRef ref) throws SecretMissing;

    /**
     * Where a secret is found. What a plan spells and what an administrator configured are different types: a reference of a
     * plan is looked up with the plan's rights, whatever its text; a configured one looks itself up.
     */
    interface Ref {

        /**
         * The secret itself.
         *
         * @param plan looks up what plans refer to
         * @throws SecretMissing when the reference is not allowed here or leads nowhere
         */
        String text(Secrets plan) throws SecretMissing;

        /**
         * The certificates, with their keys.
         *
         * @param plan looks up what plans refer to
         * @throws SecretMissing when the reference is not allowed here, leads nowhere, or holds no certificate
         */
        Store store(Secrets plan) throws SecretMissing;

        /** For people; never the secret. */
        String shown();
    }

    /** What a plan spells: {@code env:NAME}, {@code file:PATH} on the command line; {@code credentials:ID} in Jenkins. */
    record PlanRef(Kind kind, String name) implements Ref {

        public enum Kind {
            ENV,
            FILE,
            CREDENTIALS
        }

        @Override
        public String text(Secrets plan) throws SecretMissing {
            return plan.resolve(this);
        }

        @Override
        public Store store(Secrets plan) throws SecretMissing {
            return plan.store(this);
        }

        @Override
        public String shown() {
            return kind.name().toLowerCase(Locale.ROOT) + ":" + name;
        }
    }

    /** The message names the reference and the remedy, never a secret. */
    class SecretMissing extends Exception {
        private static final long serialVersionUID = 1L;

        public SecretMissing(String message) {
            super(message);
        }

        public SecretMissing(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
