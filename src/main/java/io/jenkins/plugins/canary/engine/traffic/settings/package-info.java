/** A driver's section of a plan: how it is read, what it needs to open its router. */
package io.jenkins.plugins.canary.engine.traffic.settings;
