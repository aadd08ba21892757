package io.jenkins.plugins.canary.engine.traffic.aws;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.FetchException;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.http.TlsIdentity;
import io.jenkins.plugins.canary.engine.http.auth.AwsSigner;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.aws.AwsLoadBalancerDriver.AwsSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2ClientBuilder;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Action;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.ElasticLoadBalancingV2Response;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.Rule;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealth;
import software.amazon.awssdk.services.elasticloadbalancingv2.model.TargetHealthDescription;

/**
 * What the router asks of AWS. Each call blocks for ten seconds at most and is not repeated: the engine asks again. Safe for
 * several threads.
 *
 * @param addresses says whether what AWS answers may be shown
 */
record LoadBalancerApi(ElasticLoadBalancingV2Client client, AwsSettings settings, AddressPolicy addresses)
        implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private static final int LONGEST_SHOWN = 300;

    /** The SDK's word for an answer without an id. */
    private static final String NO_ID = "UNKNOWN";

    private static final HttpClientPool HTTP = new HttpClientPool();

    static LoadBalancerApi open(AwsSettings settings, RouterContext context) {
        ElasticLoadBalancingV2ClientBuilder builder = ElasticLoadBalancingV2Client.builder()
                .region(Region.of(settings.region()))
                .credentialsProvider(AwsSigner.credentials(settings.credentials(), context.secrets()))
                .httpClient(new EngineHttpClient(HTTP.get(TlsIdentity.SYSTEM, context.addresses()), TIMEOUT))
                .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()));
        if (settings.endpoint() != null) {
            builder.endpointOverride(URI.create(settings.endpoint()));
        }
        return new LoadBalancerApi(builder.build(), settings, context.addresses());
    }

    /** The actions of the rule, or of the listener by default. */
    List<Action> actions() throws RouterException {
        if (settings.rule() == null) {
            return only(ask(
                                    "DescribeListeners",
                                    () -> client.describeListeners(r -> r.listenerArns(settings.listener())))
                            .listeners())
                    .defaultActions();
        }
        Rule rule = only(ask("DescribeRules", () -> client.describeRules(r -> r.ruleArns(settings.rule())))
                .rules());
        if (Boolean.TRUE.equals(rule.isDefault())) {
            throw RouterException.permanent(settings.rule() + " is the listener's default rule, which is changed by the"
                    + " listener; write listener: ARN in place of rule: ARN");
        }
        return rule.actions();
    }

    private <T> T only(List<T> found) throws RouterException {
        if (found.isEmpty()) {
            throw RouterException.permanent("AWS knows of no " + settings.carrier());
        }
        return found.get(0);
    }

    /** Writes all actions; the rule's conditions and everything else of the listener stay as they are. */
    void put(List<Action> actions) throws RouterException {
        if (settings.rule() == null) {
            ask(
                    "ModifyListener",
                    () -> client.modifyListener(
                            r -> r.listenerArn(settings.listener()).defaultActions(actions)));
        } else {
            ask(
                    "ModifyRule",
                    () -> client.modifyRule(r -> r.ruleArn(settings.rule()).actions(actions)));
        }
    }

    List<TargetHealth> targets(String group) throws RouterException {
        return ask("DescribeTargetHealth", () -> client.describeTargetHealth(r -> r.targetGroupArn(group)))
                .targetHealthDescriptions()
                .stream()
                .map(TargetHealthDescription::targetHealth)
                .toList();
    }

    /** An answer without an id is empty, or somebody else's: nothing follows from what is not in it. */
    private <R extends ElasticLoadBalancingV2Response> R ask(String call, Supplier<R> asked) throws RouterException {
        R answer;
        try {
            answer = asked.get();
        } catch (AwsServiceException refused) {
            throw refusal(call, refused);
        } catch (SdkException notAsked) {
            throw unasked(call, notAsked);
        }
        if (answer.responseMetadata().requestId().equals(NO_ID)) {
            throw new RouterException("what answered " + call + " is not AWS, or broke off; is there a proxy between?");
        }
        return answer;
    }

    private RouterException refusal(String call, AwsServiceException refused) {
        String code = refused.awsErrorDetails() == null
                ? ""
                : String.valueOf(refused.awsErrorDetails().errorCode());
        String says = "AWS refused " + call + " (" + (code.isEmpty() ? "status " + refused.statusCode() : code) + ")"
                + (addresses.mayQuote() && refused.awsErrorDetails() != null
                        ? ": "
                                + PlainText.clip(
                                        String.valueOf(refused.awsErrorDetails().errorMessage()), LONGEST_SHOWN)
                        : "");
        if (code.startsWith("AccessDenied") || code.equals("UnauthorizedOperation")) {
            return RouterException.permanent(says + "; allow elasticloadbalancing:" + call
                    + " in the credentials' IAM policy, see docs/drivers/awsLoadBalancer.md");
        }
        if (code.startsWith("ExpiredToken")) {
            return new RouterException(says + "; renew the session token, which is read again");
        }
        boolean forGood =
                code.endsWith("NotFound") || code.equals("ValidationError") || code.equals("OperationNotPermitted");
        return forGood ? RouterException.permanent(says) : new RouterException(says);
    }

    private static RouterException unasked(String call, SdkException notAsked) {
        for (Throwable cause = notAsked; cause != null; cause = cause.getCause()) {
            if (cause instanceof FetchException || cause instanceof Secrets.SecretMissing) {
                return new RouterException("AWS was not asked for " + call + ": " + cause.getMessage(), cause);
            }
        }
        return new RouterException(
                "AWS was not asked for " + call + ": " + PlainText.clip(notAsked.getMessage(), LONGEST_SHOWN),
                notAsked);
    }

    @Override
    public void close() {
        client.close();
    }
}
