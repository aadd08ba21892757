/** Asks what keeps alerts which of them fire: their names, since when, and where they are explained. */
package io.jenkins.plugins.canary.engine.metric.alert;
