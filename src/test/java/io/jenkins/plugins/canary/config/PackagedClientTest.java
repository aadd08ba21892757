package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.CredentialsScope;
import com.cloudbees.plugins.credentials.SystemCredentialsProvider;
import com.sun.net.httpserver.HttpServer;
import hudson.model.Result;
import hudson.util.Secret;
import io.jenkins.plugins.canary.Builds;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jenkinsci.plugins.plaincredentials.impl.StringCredentialsImpl;
import org.jenkinsci.plugins.workflow.job.WorkflowRun;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.junit.jupiter.RealJenkinsExtension;

/**
 * The Kubernetes client, its HTTP client and Jackson come from other plugins: what works on a flat class path may not
 * be found where each plugin has its own.
 */
class PackagedClientTest {

    private static final String PLAN = """
            name: api
            target: { namespace: shop, deployment: api }
            traffic: { gatewayApi: { httpRoute: api, cluster: production } }
            metrics: { prometheus: { url: "http://127.0.0.1:1" }, labels: { canary: 'v="2"', stable: 'v="1"' } }
            phases: [ { name: Initial, weight: 5, hold: 5m }, { name: Full, weight: 100 } ]
            gate: [ { metric: success-rate, min: 99% } ]
            abort: [ { metric: error-rate, max: 5% } ]
            """;

    @RegisterExtension
    private final RealJenkinsExtension jenkins = new RealJenkinsExtension();

    private static void refusedByTheCluster(JenkinsRule j, String url) throws Exception {
        SystemCredentialsProvider.getInstance()
                .getCredentials()
                .add(new StringCredentialsImpl(CredentialsScope.SYSTEM, "token", "", Secret.fromString("t0k3n")));
        KubernetesCluster cluster = new KubernetesCluster("production");
        cluster.setApiServer(url);
        cluster.setCredentialsId("token");
        CanaryConfiguration.get()
                .setAllowedAddresses("127.0.0.1"); // the packaged plugin brings no extension of the tests
        CanaryConfiguration.get().setKubernetesClusters(List.of(cluster));
        WorkflowRun build = Builds.start(j, "job", "canaryStart yaml: '''" + PLAN + "''', version: 'v2'");
        j.assertBuildStatus(Result.FAILURE, j.waitForCompletion(build));
        j.assertLogContains("the rollout api cannot begin: ", build);
        j.assertLogContains("may not get", build);
        j.assertLogNotContains("NoClassDefFoundError", build);
    }

    @Test
    void clusterIsAskedThroughTheRealClassLoaders() throws Throwable {
        List<String> seen = new CopyOnWriteArrayList<>();
        HttpServer api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api.createContext("/", exchange -> {
            seen.add(exchange.getRequestURI().getPath() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = """
                    {"kind":"Status","apiVersion":"v1","status":"Failure","message":"it is forbidden","reason":"Forbidden","code":403}""".getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        api.start();
        String url = "http://127.0.0.1:" + api.getAddress().getPort();
        try {
            jenkins.startJenkins();
            jenkins.runRemotely(j -> {
                refusedByTheCluster(j, url);
            });
            Assertions.assertTrue(
                    seen.get(0).startsWith("/apis/") && seen.get(0).endsWith(" Bearer t0k3n"), seen.toString());
        } finally {
            api.stop(0);
        }
    }
}
