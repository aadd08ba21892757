package io.jenkins.plugins.canary.engine.metric;

/** Turns a reference in a plan into a secret. Where the engine runs decides what may be referred to. */
@FunctionalInterface
public interface Secrets {

    /** In front of the name of a certificate that is referred to instead of named by its file. */
    String STORE = "credentials:";

    /** A PKCS#12 store, its key under the store's own password. */
    record Store(byte[] pkcs12, char[] password) {}

    /**
     * The certificates that {@code keyStore} or {@code trustStore} refers to.
     *
     * @throws SecretMissing when the reference is not allowed here or leads nowhere
     */
    default Store store(Ref ref) throws SecretMissing {
        throw new SecretMissing("credentials:" + ref.name() + " is known to Jenkins only: name a PKCS#12 file here");
    }

    /**
     * Whether a plan may name a file of this machine.
     *
     * @throws SecretMissing when it must not
     */
    default void allowFile(String path) throws SecretMissing {}

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
