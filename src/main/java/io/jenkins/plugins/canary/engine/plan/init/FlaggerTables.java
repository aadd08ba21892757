package io.jenkins.plugins.canary.engine.plan.init;

/** The fields of Flagger 1.44, and what becomes of each. The Canary stays what moves the traffic, so that most stay in force. */
final class FlaggerTables {

    private static final String ANALYSIS = """
            A.interval             | plan
            A.threshold            | plan
            A.maxWeight            | plan
            A.stepWeight           | plan
            A.stepWeights[]        | plan
            A.iterations           | plan
            A.stepWeightPromotion  | kept
            A.primaryReadyThreshold | kept
            A.canaryReadyThreshold | kept
            A.sessionAffinity.**   | kept
            A.mirror               | kept
            A.mirrorWeight         | kept
            A.match[].**           | plan
            A.alerts[].**          | kept
            A.metrics[].name       | plan
            A.metrics[].interval   | plan
            A.metrics[].threshold  | plan
            A.metrics[].query      | plan
            A.metrics[].thresholdRange.min    | plan
            A.metrics[].thresholdRange.max    | plan
            A.metrics[].templateRef.name      | plan
            A.metrics[].templateRef.namespace | plan
            A.metrics[].templateRef.kind       | none
            A.metrics[].templateRef.apiVersion | none
            A.metrics[].templateVariables.*   | plan
            A.webhooks[].**        | kept
            """;

    static final FieldTable CANARY = FieldTable.of(
            """
            apiVersion             | none
            kind                   | none
            metadata.**            | none
            status.**              | none
            spec.provider          | plan
            spec.metricsServer     | plan
            spec.targetRef.kind    | plan
            spec.targetRef.name    | plan
            spec.targetRef.apiVersion | none
            spec.autoscalerRef.**  | kept
            spec.ingressRef.name   | plan
            spec.ingressRef.**     | kept
            spec.routeRef.name     | plan
            spec.routeRef.**       | kept
            spec.upstreamRef.**    | kept
            spec.service.name      | plan
            spec.service.**        | kept
            spec.progressDeadlineSeconds | plan
            spec.skipAnalysis      | plan
            spec.suspend           | plan
            spec.revertOnDeletion  | kept
            """, ANALYSIS.replace("A.", "spec.analysis."), ANALYSIS.replace("A.", "spec.canaryAnalysis."));

    static final FieldTable TEMPLATE = FieldTable.of("""
            apiVersion            | none
            kind                  | none
            metadata.**           | none
            status.**             | none
            spec.query            | plan
            spec.provider.type    | plan
            spec.provider.address | plan
            spec.provider.headers.**     | lost | a plan sends no headers of its own to Prometheus | write metrics.prometheus.tenant, or auth
            spec.provider.secretRef.**   | lost | how to sign in is not copied | write metrics.prometheus.auth with references: { username: NAME, password: env:NAME } or { bearer: env:NAME }
            spec.provider.region         | none
            spec.provider.insecureSkipVerify | lost | the server's certificate is always checked here | write metrics.prometheus.auth.trustStore
            """);

    private FlaggerTables() {}
}
