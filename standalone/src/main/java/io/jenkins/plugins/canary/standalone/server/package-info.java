/** The gate page and the other HTTP endpoints of the command line. */
package io.jenkins.plugins.canary.standalone.server;
