package io.jenkins.plugins.canary.engine;

/** What is released. Both may be empty for routers that need no cluster. */
public record Target(String namespace, String deployment) {}
