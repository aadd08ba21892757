package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.plan.Webhook;
import java.net.URI;
import java.util.Set;

/**
 * Where notices go, with its secrets in the clear; never printed.
 *
 * @param name how the log knows it: the reference, not what it leads to
 * @param shown how pages and journals know it
 * @param key signs; null for none
 */
record Address(
        String name,
        String shown,
        Webhook.Format format,
        URI url,
        String key,
        Set<Topic> events,
        AddressPolicy addresses) {

    @Override
    public String toString() {
        return name;
    }
}
