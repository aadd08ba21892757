package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.PlanRef;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Reads {@code auth:}. Secrets are only ever referred to: a plan lies in a repository and is kept in the journal. No
 * message quotes what stands in a secret's place.
 */
public final class AuthReader {

    private static final String CREDENTIALS = "credentials:";

    private static final KeyType NAME = KeyType.matching(
            "text",
            Pattern.compile("[a-z0-9-]{1,64}"),
            "has other characters than a-z, 0-9 and -",
            "write for example eu-central-1 or monitoring");

    private static final Section AWS = Section.of(
            "awsAuth", "Signature Version 4 of AWS.", Map.of("name", NAME, "awsCredentials", AwsKey.TYPE), """
            region      | name           | required, `eu-central-1` | The region of the service.
            service     | name           | required, `monitoring` | The service's name in signatures: `monitoring` (CloudWatch), `aps` (Managed Prometheus), `es` (OpenSearch).
            credentials | awsCredentials | the usual places; in Jenkins required | An access key, by reference.
            """);

    private static final Section AUTH = Section.of(
                    "auth",
                    "How to sign in. Secrets are referred to, never written into a plan.",
                    Map.of(
                            "file",
                            KeyType.text("path, or secret", AuthReader::store),
                            "awsAuth",
                            AWS.type(AuthReader::aws)),
                    """
            bearer             | secret | none | A token, sent as `Authorization: Bearer`.
            username           | text   | none | The user name for basic authentication.
            password           | secret | none | The password for basic authentication.
            keyStore           | file   | none | A PKCS#12 file with the client's key and certificate, for mutual TLS.
            keyStorePassword   | secret | none | The password of `keyStore`.
            trustStore         | file   | none | A PKCS#12 file with the authorities to trust instead of the system's.
            trustStorePassword | secret | none | The password of `trustStore`.
            aws                | awsAuth | none | Requests are signed as AWS wants them.
            google             | secret  | none | The key of a Google service account (JSON), for Google Cloud Monitoring.
            """)
            .rule("{'minProperties': 1}")
            .rule("{'dependentRequired': {'username': ['password'], 'password': ['username'],"
                    + " 'keyStorePassword': ['keyStore'], 'trustStorePassword': ['trustStore']}}")
            .rule(
                    "{'if': {'required': ['keyStore'], 'properties': {'keyStore': {'not': {'pattern': '^credentials:'}}}},"
                            + " 'then': {'required': ['keyStorePassword']}}")
            .rule("{'not': {'required': ['bearer', 'username']}}")
            .rule("{'if': {'required': ['aws']}, 'then': {'properties': {'bearer': false, 'username': false}}}")
            .rule("{'if': {'required': ['google']},"
                    + " 'then': {'properties': {'bearer': false, 'username': false, 'aws': false}}}");

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
        List<String> ways =
                Stream.of("bearer", "username", "aws", "google").filter(o::has).toList();
        if (ways.size() > 1 && !ways.equals(List.of("bearer", "username"))) {
            o.key(ways.get(1)).error(String.join(" and ", ways) + " are given", "keep one of them");
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
                o.get("trustStorePassword"),
                cloud(o));
    }

    private static CloudAuth cloud(YamlObject o) {
        Secrets.Ref google = o.get("google");
        return google == null ? o.get("aws") : new CloudAuth.Google(google);
    }

    private static CloudAuth aws(YamlNode node) {
        YamlObject o = AWS.at(node);
        return new CloudAuth.Aws(o.get("region"), o.get("service"), o.get("credentials"));
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
