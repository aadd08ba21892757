/** The Pipeline steps, where their plan comes from, and what they put on the pipeline's nodes. */
package io.jenkins.plugins.canary.steps;
