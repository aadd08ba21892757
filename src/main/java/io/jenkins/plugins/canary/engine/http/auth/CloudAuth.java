package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;

/** How to sign in to a cloud's own services. */
public sealed interface CloudAuth {

    /**
     * Signature Version 4 of AWS.
     *
     * @param service the service's signing name, such as {@code monitoring}
     * @param key null for the usual places
     */
    record Aws(String region, String service, AwsKey key) implements CloudAuth {}

    /**
     * A token of Google for a service account.
     *
     * @param key the account's key, in Google's JSON
     */
    record Google(Secrets.Ref key) implements CloudAuth {}
}
