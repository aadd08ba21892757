/** The command line, one class a command. */
package io.jenkins.plugins.canary.standalone.cli;
