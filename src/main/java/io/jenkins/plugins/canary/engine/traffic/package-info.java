/**
 * Routers: what moves traffic, and what it observes. The rooms below hold the drivers. May use {@code engine},
 * {@code http} and {@code yaml}; a driver knows no plan but its own section.
 */
package io.jenkins.plugins.canary.engine.traffic;
