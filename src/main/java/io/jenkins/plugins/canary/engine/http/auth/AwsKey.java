package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.Map;

/**
 * An access key of AWS, by reference.
 *
 * @param sessionToken null for an access key that does not expire
 */
public record AwsKey(Secrets.Ref accessKeyId, Secrets.Ref secretAccessKey, Secrets.Ref sessionToken) {

    private static final Section KEYS =
            Section.of("awsCredentials", "An access key of AWS, by reference.", Map.of(), """
            accessKeyId     | secret | required, `env:AWS_ACCESS_KEY_ID`     | The access key's id.
            secretAccessKey | secret | required, `env:AWS_SECRET_ACCESS_KEY` | The secret access key.
            sessionToken    | secret | none, such as `env:AWS_SESSION_TOKEN` | Of credentials that expire.
            """);

    /** For the sections that have such a key. */
    public static final KeyType TYPE = KEYS.type(AwsKey::read);

    private static AwsKey read(YamlNode node) {
        YamlObject keys = KEYS.at(node);
        return new AwsKey(keys.get("accessKeyId"), keys.get("secretAccessKey"), keys.get("sessionToken"));
    }
}
