package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Webhook;
import java.net.URI;

/**
 * Where notices go, with its secrets in the clear; never printed.
 *
 * @param name how the log knows it: the reference, not what it leads to
 * @param shown how pages and journals know it
 * @param key signs, or is PagerDuty's routing key; null for none
 */
record Address(String name, String shown, Webhook.Format format, URI url, String key, AddressPolicy addresses) {

    /** Whose notices wait for each other: an address of many is no queue of them all. */
    String queue() {
        return key == null ? url.toString() : url + " " + key;
    }

    @Override
    public String toString() {
        return name;
    }
}
