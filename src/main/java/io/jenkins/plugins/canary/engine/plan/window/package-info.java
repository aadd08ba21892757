/** When the weight may rise: weekly windows, freezes, and calendars whose events are freezes. */
package io.jenkins.plugins.canary.engine.plan.window;
