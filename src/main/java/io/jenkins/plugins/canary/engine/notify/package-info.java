/** Notifications: which events are told, to whom, and their delivery. */
package io.jenkins.plugins.canary.engine.notify;
