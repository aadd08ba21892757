package io.jenkins.plugins.canary.engine.metric;

/** Turns a reference in a plan into a secret. Where the engine runs decides what may be referred to. */
@FunctionalInterface
public interface Secrets {

    /**
     * @throws SecretMissing when the reference is not allowed here or leads nowhere
     */
    String resolve(Ref ref) throws SecretMissing;

    /** {@code env:NAME}, {@code file:PATH} on the command line; {@code credentials:ID} in Jenkins. */
    record Ref(Kind kind, String name) {
        public enum Kind {
            ENV,
            FILE,
            CREDENTIALS
        }
    }

    /** The message names the reference and the remedy, never a secret. */
    class SecretMissing extends Exception {
        private static final long serialVersionUID = 1L;

        public SecretMissing(String message) {
            super(message);
        }
    }
}
