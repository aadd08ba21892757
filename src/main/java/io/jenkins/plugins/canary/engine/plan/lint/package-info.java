/** What is doubtful in a plan that can be run. */
package io.jenkins.plugins.canary.engine.plan.lint;
