package io.jenkins.plugins.canary.engine.notify;

import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import java.net.URI;

/**
 * Where notices go, with its secrets in the clear; never printed.
 *
 * @param shown how pages and journals know it
 * @param url null for mail
 * @param key signs, or is PagerDuty's routing key; null for none
 */
record Address(Receiver receiver, String shown, URI url, String key, AddressPolicy addresses) {

    Receiver.Format format() {
        return receiver.to();
    }

    /** Whose notices wait for each other: an address of many is no queue of them all. */
    String queue() {
        return format() + " " + url + " " + key + " " + receiver.recipients();
    }

    /** How the log knows it: the reference, not what it leads to. */
    @Override
    public String toString() {
        return receiver.shown();
    }
}
