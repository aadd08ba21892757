/** The weighted proxy. */
package io.jenkins.plugins.canary.standalone.proxy;
