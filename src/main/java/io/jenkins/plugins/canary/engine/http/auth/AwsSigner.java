package io.jenkins.plugins.canary.engine.http.auth;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Secrets.SecretMissing;
import io.jenkins.plugins.canary.engine.http.Deadline;
import io.jenkins.plugins.canary.engine.http.HttpCall;
import io.jenkins.plugins.canary.engine.http.HttpFetcher;
import io.jenkins.plugins.canary.engine.http.RequestSigner;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Signs requests as AWS wants them (Signature Version 4), with the signer of its SDK. In Jenkins the SDK may be absent: only
 * what needs it loads this class.
 *
 * @param hidden what no message may show
 */
public record AwsSigner(CloudAuth.Aws settings, AwsCredentialsProvider identity, List<String> hidden)
        implements RequestSigner {

    private static final AwsV4HttpSigner SIGNER = AwsV4HttpSigner.create();

    /** @throws SecretMissing when a secret is missing, or the plan has none and this machine's own are not for plans */
    static AwsSigner open(CloudAuth.Aws settings, Secrets secrets) throws SecretMissing {
        if (settings.key() == null) {
            secrets.allowMachineCredentials(
                    "aws", "credentials: { accessKeyId: credentials:ID, secretAccessKey: ... }");
            return new AwsSigner(settings, credentials(null, secrets), List.of());
        }
        AwsKey key = settings.key();
        List<String> hidden = new ArrayList<>();
        for (Secrets.Ref ref : Arrays.asList(key.accessKeyId(), key.secretAccessKey(), key.sessionToken())) {
            if (ref != null) {
                hidden.add(ref.text(secrets));
            }
        }
        return new AwsSigner(settings, credentials(key, secrets), List.copyOf(hidden));
    }

    /**
     * Looked up for every request: a token in a file may have been renewed.
     *
     * @param key null for the usual places
     */
    public static AwsCredentialsProvider credentials(AwsKey key, Secrets secrets) {
        return key == null ? DefaultCredentialsProvider.builder().build() : () -> found(key, secrets);
    }

    private static AwsCredentials found(AwsKey key, Secrets secrets) {
        try {
            String id = key.accessKeyId().text(secrets);
            String secret = key.secretAccessKey().text(secrets);
            return key.sessionToken() == null
                    ? AwsBasicCredentials.create(id, secret)
                    : AwsSessionCredentials.create(
                            id, secret, key.sessionToken().text(secrets));
        } catch (SecretMissing missing) {
            throw SdkClientException.create(missing.getMessage(), missing);
        }
    }

    @Override
    public void sign(HttpCall call, HttpFetcher by, Deadline deadline) throws IOException {
        AwsCredentials credentials;
        try {
            credentials = identity.resolveCredentials();
        } catch (SdkException none) {
            throw new IOException(PlainText.clip(String.valueOf(none.getMessage()), 300), none);
        }
        SdkHttpRequest.Builder request =
                SdkHttpRequest.builder().uri(call.uri()).method(SdkHttpMethod.fromValue(call.method()));
        call.headers().forEach(request::putHeader);
        byte[] body = call.body() == null ? new byte[0] : call.body();
        SdkHttpRequest signed = SIGNER.sign(r -> r.identity(credentials)
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(body))
                        .putProperty(AwsV4FamilyHttpSigner.SERVICE_SIGNING_NAME, settings.service())
                        .putProperty(AwsV4HttpSigner.REGION_NAME, settings.region()))
                .request();
        for (Map.Entry<String, List<String>> header : signed.headers().entrySet()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            if (name.equals("authorization") || name.startsWith("x-amz-")) {
                call.header(header.getKey(), header.getValue().get(0));
            }
        }
    }

    @Override
    public String redact(String text) {
        String clean = text;
        for (String secret : hidden) {
            clean = clean.replace(secret, "****");
        }
        return clean;
    }
}
