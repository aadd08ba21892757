package io.jenkins.plugins.canary.engine.notify;

import java.net.URI;
import java.util.Set;

/**
 * Where notices go, with its secrets in the clear; never printed.
 *
 * @param name how people know it: the reference, not what it leads to
 * @param key signs; null for none
 */
record Address(String name, Webhook.Format format, URI url, String key, Set<Topic> events) {

    @Override
    public String toString() {
        return name;
    }
}
