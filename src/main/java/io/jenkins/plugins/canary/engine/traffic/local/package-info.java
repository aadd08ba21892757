/** The weighted proxy of the command line, in this process or another one. */
package io.jenkins.plugins.canary.engine.traffic.local;
