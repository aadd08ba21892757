package io.jenkins.plugins.canary.engine.plan;

import io.jenkins.plugins.canary.engine.metric.Secrets;
import io.jenkins.plugins.canary.engine.metric.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads {@code auth:}. Secrets are only ever referred to: a plan lies in a repository and is kept in the journal. No
 * message quotes what stands in a secret's place.
 */
final class AuthReader {

    private static final String CREDENTIALS = "credentials:";
    private static final Pattern REFERENCE = Pattern.compile("(env):([A-Za-z_][A-Za-z0-9_]*)|(file|credentials):(\\S(?:.*\\S)?)");

    private AuthReader() {}

    static Auth read(PlanNode node) {
        PlanObject o = Section.AUTH.at(node);
        if (node.isObject() && o.keys().isEmpty()) {
            node.error("auth says nothing", "write { bearer: env:TOKEN }, or remove it");
        }
        if (o.has("bearer") && (o.has("username") || o.has("password"))) {
            o.key("bearer").error("both a bearer token and a user name are given", "keep one of them");
        }
        together(o, "username", "password", true);
        boolean file = !o.get("keyStore", PlanNode::text, "").startsWith(CREDENTIALS);
        together(o, "keyStore", "keyStorePassword", file);
        together(o, "trustStore", "trustStorePassword", false);
        return new Auth(o.get("bearer", AuthReader::secret, null), o.get("username", PlanNode::text, null),
                o.get("password", AuthReader::secret, null), o.get("keyStore", AuthReader::store, null),
                o.get("keyStorePassword", AuthReader::secret, null), o.get("trustStore", AuthReader::store, null),
                o.get("trustStorePassword", AuthReader::secret, null));
    }

    private static void together(PlanObject o, String key, String password, boolean needed) {
        if (o.has(password) && !o.has(key)) {
            o.key(password).error("'" + password + "' without '" + key + "'", "write both");
        } else if (needed && o.has(key) && !o.has(password)) {
            o.key(key).error("'" + key + "' without '" + password + "'", "write " + password + ": env:NAME");
        }
    }

    /** A file's path, or a credential. */
    private static Secrets.Ref store(PlanNode node) {
        String text = node.text();
        if (text == null || text.startsWith(CREDENTIALS)) {
            return text == null ? null : secret(node);
        }
        return new PlanRef(PlanRef.Kind.FILE, text);
    }

    static Secrets.Ref secret(PlanNode node) {
        Matcher m = REFERENCE.matcher(node.isScalar() ? node.scalar() : "");
        if (!m.matches()) {
            node.error("a secret is referred to, never written into a plan",
                    "write env:NAME, file:PATH or, in Jenkins, credentials:ID; if this was a real secret, replace it");
            return null;
        }
        return m.group(1) != null
                ? new PlanRef(PlanRef.Kind.ENV, m.group(2))
                : new PlanRef(m.group(3).equals("file") ? PlanRef.Kind.FILE : PlanRef.Kind.CREDENTIALS,
                        m.group(4));
    }
}
