package io.jenkins.plugins.canary.engine.plan.window;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import java.net.URI;

/**
 * An iCalendar file on a server, whose events are freezes.
 *
 * @param address null where {@code secret} refers to it
 * @param secret refers to an address that is a secret: who knows the link of a private calendar can read it
 */
public record FreezeCalendar(String address, Secrets.Ref secret) {

    /**
     * The address.
     *
     * @throws SecretMissing when the reference leads nowhere, or to something else than an address
     */
    public URI open(Secrets secrets) throws SecretMissing {
        if (secret == null) {
            return HttpCall.address(address);
        }
        String text = secret.text(secrets).strip();
        try {
            return HttpCall.address(text);
        } catch (IllegalArgumentException e) {
            // What was found is a secret: no message repeats it.
            throw new SecretMissing(secret.shown() + " is not an http or https address");
        }
    }

    /** For people: the host, or how the plan refers to a secret address. */
    public String shown() {
        return secret == null ? URI.create(address).getHost() : secret.shown();
    }
}
