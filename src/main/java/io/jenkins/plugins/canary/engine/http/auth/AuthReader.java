package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/**
 * Reads {@code auth:}. Secrets are only ever referred to: a plan lies in a repository and is kept in the journal. No
 * message quotes what stands in a secret's place.
 */
public final class AuthReader {

    private static final String CREDENTIALS = "credentials:";

    private static final Section AUTH = Section.of(
                    "auth",
                    "How to sign in. Secrets are referred to, never written into a plan.",
                    Map.of("file", KeyType.text("path, or secret", AuthReader::store)),
                    """
            bearer             | secret | none | A token, sent as `Authorization: Bearer`.
            username           | text   | none | The user name for basic authentication.
            password           | secret | none | The password for basic authentication.
            keyStore           | file   | none | A PKCS#12 file with the client's key and certificate, for mutual TLS.
            keyStorePassword   | secret | none | The password of `keyStore`.
            trustStore         | file   | none | A PKCS#12 file with the authorities to trust instead of the system's.
            trustStorePassword | secret | none | The password of `trustStore`.
            """)
            .rule("{'minProperties': 1}")
            .rule("{'dependentRequired': {'username': ['password'], 'password': ['username'],"
                    + " 'keyStorePassword': ['keyStore'], 'trustStorePassword': ['trustStore']}}")
            .rule(
                    "{'if': {'required': ['keyStore'], 'properties': {'keyStore': {'not': {'pattern': '^credentials:'}}}},"
                            + " 'then': {'required': ['keyStorePassword']}}")
            .rule("{'not': {'required': ['bearer', 'username']}}");

    /** For the sections that have such a key. */
    public static final KeyType TYPE = AUTH.type(AuthReader::read);

    private AuthReader() {}

    private static Auth read(YamlNode node) {
        YamlObject o = AUTH.at(node);
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
                o.get("bearer"),
                o.get("username"),
                o.get("password"),
                o.get("keyStore"),
                o.get("keyStorePassword"),
                o.get("trustStore"),
                o.get("trustStorePassword"));
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
        return text == null || text.startsWith(CREDENTIALS)
                ? (text == null ? null : node.secret())
                : new PlanRef(PlanRef.Kind.FILE, text);
    }
}
