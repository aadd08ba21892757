package io.jenkins.plugins.canary.config;

/** Which addresses a plan may name: it comes out of a repository, and the controller connects to them. */
public enum PlanAddresses {
    /** Any host, except the controller itself, link-local ones, cloud metadata services and local sockets. */
    ANY,
    /** Only what the list of allowed addresses names; configured servers and clusters need not be in it. */
    LISTED
}
