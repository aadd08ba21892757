/** What both versions' pods are made of, at the beginning and after a roll back. */
package io.jenkins.plugins.canary.engine.traffic.kubernetes.config;
