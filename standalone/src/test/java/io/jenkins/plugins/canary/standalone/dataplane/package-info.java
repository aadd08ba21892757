/**
 * A data plane for tests and for {@code ./canary bench traffic}: pods of a real cluster that serve on addresses of this
 * machine, a Traefik in front of them, and a client that counts every answer.
 */
package io.jenkins.plugins.canary.standalone.dataplane;
