package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.regex.Pattern;

/**
 * The image of a version: the one that runs with another tag, or what the plan says.
 *
 * @param template an image, in which {@code {{version}}} stands for the version; null for the image that runs
 */
public record ImageName(String template) {

    private static final String VERSION = "{{version}}";

    /** The grammar of tags and digests in the OCI distribution specification. */
    private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,127}");

    private static final Pattern DIGEST = Pattern.compile("[a-z0-9]++(?:[+._-][a-z0-9]++)*+:[A-Za-z0-9=_-]{32,}");

    /**
     * @param running the image that runs now: {@code registry:5000/shop/api:1.4}
     * @param version a tag or a digest
     * @throws RouterException permanent when the version can be neither
     */
    public String of(String running, String version) throws RouterException {
        boolean digest = DIGEST.matcher(version).matches();
        if (!digest && !TAG.matcher(version).matches()) {
            throw RouterException.permanent(
                    "'" + version + "' cannot be an image's tag: letters, digits and _ . - only,"
                            + " at most 128, or a digest such as sha256:...");
        }
        if (template != null && template.contains(VERSION)) {
            return template.replace(VERSION, version);
        }
        return untagged(template == null ? running : template) + (digest ? "@" : ":") + version;
    }

    /** A colon before the last slash belongs to the registry's port. */
    private static String untagged(String image) {
        String name = image.contains("@") ? image.substring(0, image.indexOf('@')) : image;
        int colon = name.lastIndexOf(':');
        return colon > name.lastIndexOf('/') ? name.substring(0, colon) : name;
    }
}
