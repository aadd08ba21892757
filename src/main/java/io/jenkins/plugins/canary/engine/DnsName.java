package io.jenkins.plugins.canary.engine;

import java.util.regex.Pattern;

/** Names as RFC 1123 has them, and as the API server of Kubernetes checks them. */
public final class DnsName {

    /** Lower-case letters, digits and dashes, at most 63. */
    public static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

    /** Labels with dots between them, at most 253 characters. */
    public static final Pattern SUBDOMAIN =
            Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

    private DnsName() {}
}
