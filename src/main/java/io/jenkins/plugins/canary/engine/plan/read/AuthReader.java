package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.metric.SourceSettings.Auth;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;

/**
 * Reads {@code auth:}. Secrets are only ever referred to: a plan lies in a repository and is kept in the journal. No
 * message quotes what stands in a secret's place.
 */
public final class AuthReader {

    private static final String CREDENTIALS = "credentials:";

    private AuthReader() {}

    static Auth read(YamlNode node) {
        YamlObject o = Section.AUTH.at(node);
        if (node.isObject() && o.keys().isEmpty()) {
            node.error("auth says nothing", "write { bearer: env:TOKEN }, or remove it");
        }
        if (o.has("bearer") && (o.has("username") || o.has("password"))) {
            o.key("bearer").error("both a bearer token and a user name are given", "keep one of them");
        }
        together(o, "username", "password", true);
        boolean file = !o.get("keyStore", YamlNode::text, "").startsWith(CREDENTIALS);
        together(o, "keyStore", "keyStorePassword", file);
        together(o, "trustStore", "trustStorePassword", false);
        return new Auth(
                o.get("bearer", YamlNode::secret, null),
                o.get("username", YamlNode::text, null),
                o.get("password", YamlNode::secret, null),
                o.get("keyStore", AuthReader::store, null),
                o.get("keyStorePassword", YamlNode::secret, null),
                o.get("trustStore", AuthReader::store, null),
                o.get("trustStorePassword", YamlNode::secret, null));
    }

    private static void together(YamlObject o, String key, String password, boolean needed) {
        if (o.has(password) && !o.has(key)) {
            o.key(password).error("'" + password + "' without '" + key + "'", "write both");
        } else if (needed && o.has(key) && !o.has(password)) {
            o.key(key).error("'" + key + "' without '" + password + "'", "write " + password + ": env:NAME");
        }
    }

    /** A file's path, or a credential. */
    private static Secrets.Ref store(YamlNode node) {
        String text = node.text();
        if (text == null || text.startsWith(CREDENTIALS)) {
            return text == null ? null : node.secret();
        }
        return new PlanRef(PlanRef.Kind.FILE, text);
    }
}
