/** The API server: objects, edits, errors. Nothing else of the engine knows the Kubernetes client. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;
