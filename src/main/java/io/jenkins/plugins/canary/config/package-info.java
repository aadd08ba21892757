/** Servers, clusters, addresses and permissions as an administrator sets them; secrets and sign-in to clusters. */
package io.jenkins.plugins.canary.config;
