/** YAML and JSON as nodes with their place in the file, and the problems found in them. May use {@code engine} only. */
package io.jenkins.plugins.canary.engine.yaml;
