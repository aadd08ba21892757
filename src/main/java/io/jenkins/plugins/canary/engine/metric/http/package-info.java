/** Sign-in and TLS of metric sources. */
package io.jenkins.plugins.canary.engine.metric.http;
