package io.jenkins.plugins.canary.engine.notify;

/** Hears what becomes of a notice, on the sender's threads and without its lock. */
interface DeliveryListener {

    void delivered(Address to);

    /**
     * @param tries so far
     * @param why without anything of the address
     * @param over whether it is not tried again
     * @param at milliseconds since the epoch
     */
    void failed(Address to, Notice notice, int tries, String why, boolean over, long at);
}
