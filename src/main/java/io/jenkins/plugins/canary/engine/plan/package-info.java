/** The model of a release plan: records, nothing else. May use the rooms whose settings it holds. */
package io.jenkins.plugins.canary.engine.plan;
