/**
 * Every request that is sent for a plan: bounded threads, checked addresses, answers within limits of size and time.
 * May use {@code engine} only; nothing else of ours knows the HTTP client.
 */
package io.jenkins.plugins.canary.engine.http;
