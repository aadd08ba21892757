/** The demo: two versions of a service, real requests, real metrics. */
package io.jenkins.plugins.canary.standalone.demo;
