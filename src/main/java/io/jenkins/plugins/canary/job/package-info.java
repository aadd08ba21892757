/** The router of a team's own that is a job: finds, starts and reads the runs that move its traffic. */
package io.jenkins.plugins.canary.job;
