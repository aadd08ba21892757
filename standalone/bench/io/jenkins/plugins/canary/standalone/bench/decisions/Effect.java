package io.jenkins.plugins.canary.standalone.bench.decisions;

/**
 * What a bad release does, from a known moment on.
 *
 * @param errors added to the error rate
 * @param slower every request takes so many times as long
 * @param tail the share of requests that take ten times as long
 */
record Effect(String name, double errors, double slower, double tail) {
    static final Effect NONE = new Effect("good", 0, 1, 0);
}
