/** How a plan signs in where it sends requests, its {@code auth:}: read, resolved, applied. */
package io.jenkins.plugins.canary.engine.http.auth;
