/** Statistics: tests, sequences, scores, detectability. Numbers in, numbers out. May use {@code engine} only. */
package io.jenkins.plugins.canary.engine.judge;
