package io.jenkins.plugins.canary.engine.plan.init;

/** The fields of Argo Rollouts 1.9, and what becomes of each. The Rollout stays what moves the traffic, so that most stay in force. */
final class ArgoTables {

    private static final String ANALYSIS = """
            AT.templates[].templateName | plan
            AT.templates[].clusterScope | plan
            AT.args[].name              | plan
            AT.args[].value             | plan
            AT.args[].valueFrom.**      | plan
            AT.dryRun[].metricName      | plan
            AT.measurementRetention.**  | none
            AT.analysisRunMetadata.**   | none
            """;

    static final FieldTable ROLLOUT = FieldTable.of(
            """
            apiVersion                        | none
            kind                              | none
            metadata.**                       | none
            status.**                         | none
            spec.replicas                     | kept
            spec.selector.**                  | kept
            spec.template.**                  | kept
            spec.workloadRef.**               | kept
            spec.minReadySeconds              | kept
            spec.revisionHistoryLimit         | kept
            spec.progressDeadlineSeconds      | kept
            spec.progressDeadlineAbort        | kept
            spec.rollbackWindow.**            | kept
            spec.restartAt                    | kept
            spec.analysis.**                  | none
            spec.paused                       | plan
            spec.strategy.blueGreen.activeService               | kept
            spec.strategy.blueGreen.previewService              | kept
            spec.strategy.blueGreen.previewReplicaCount         | kept
            spec.strategy.blueGreen.maxUnavailable              | kept
            spec.strategy.blueGreen.antiAffinity.**             | kept
            spec.strategy.blueGreen.activeMetadata.**           | kept
            spec.strategy.blueGreen.previewMetadata.**          | kept
            spec.strategy.blueGreen.scaleDownDelayRevisionLimit | kept
            spec.strategy.blueGreen.abortScaleDownDelaySeconds  | kept
            spec.strategy.blueGreen.prePromotionAnalysis.**     | kept
            spec.strategy.blueGreen.scaleDownDelaySeconds       | plan
            spec.strategy.blueGreen.autoPromotionEnabled        | plan
            spec.strategy.blueGreen.autoPromotionSeconds        | lost | the plan switches as soon as the preview's pods are ready | let the pipeline look at the preview before the rollout starts
            spec.strategy.canary.canaryService                | kept
            spec.strategy.canary.stableService                | kept
            spec.strategy.canary.maxSurge                     | kept
            spec.strategy.canary.maxUnavailable               | kept
            spec.strategy.canary.antiAffinity.**              | kept
            spec.strategy.canary.canaryMetadata.**            | kept
            spec.strategy.canary.stableMetadata.**            | kept
            spec.strategy.canary.scaleDownDelaySeconds        | kept
            spec.strategy.canary.scaleDownDelayRevisionLimit  | kept
            spec.strategy.canary.abortScaleDownDelaySeconds   | kept
            spec.strategy.canary.dynamicStableScale           | kept
            spec.strategy.canary.pingPong.**                  | kept
            spec.strategy.canary.minPodsPerReplicaSet         | kept
            spec.strategy.canary.replicaProgressThreshold.**  | kept
            spec.strategy.canary.trafficRouting.maxTrafficWeight | plan
            spec.strategy.canary.trafficRouting.**            | kept
            spec.strategy.canary.analysis.startingStep        | plan
            spec.strategy.canary.steps                        | plan
            spec.strategy.canary.steps[].setWeight            | plan
            spec.strategy.canary.steps[].pause                | plan
            spec.strategy.canary.steps[].pause.duration       | plan
            spec.strategy.canary.steps[].setCanaryScale.**    | kept
            spec.strategy.canary.steps[].setHeaderRoute.**    | kept
            spec.strategy.canary.steps[].setMirrorRoute.**    | kept
            spec.strategy.canary.steps[].experiment.**        | kept
            spec.strategy.canary.steps[].plugin.**            | kept
            """,
            ANALYSIS.replace("AT.", "spec.strategy.blueGreen.postPromotionAnalysis."),
            ANALYSIS.replace("AT.", "spec.strategy.canary.analysis."),
            ANALYSIS.replace("AT.", "spec.strategy.canary.steps[].analysis."));

    private static final String LEAVE =
            "leave its analysis in the Rollout: Argo Rollouts goes on running it, and an abort of its ends the rollout here";

    /** Of an AnalysisTemplate and a ClusterAnalysisTemplate. */
    static final FieldTable TEMPLATE = FieldTable.of("""
            apiVersion                    | none
            kind                          | none
            metadata.**                   | none
            status.**                     | none
            spec.args[].name              | plan
            spec.args[].value             | plan
            spec.args[].valueFrom.**      | plan
            spec.dryRun[].metricName      | plan
            spec.measurementRetention.**  | none
            spec.templates[].templateName | plan
            spec.templates[].clusterScope | plan
            spec.metrics[].name             | plan
            spec.metrics[].interval         | plan
            spec.metrics[].count            | plan
            spec.metrics[].successCondition | plan
            spec.metrics[].failureCondition | plan
            spec.metrics[].failureLimit     | plan
            spec.metrics[].initialDelay            | verdict | Argo Rollouts waits before the first measurement; here a metric is judged from the first tick | make the hold longer by it
            spec.metrics[].inconclusiveLimit       | verdict | Argo Rollouts pauses after so many results that are neither success nor failure; here the gate waits until its deadline | write a deadline to the phase
            spec.metrics[].consecutiveErrorLimit   | verdict | Argo Rollouts aborts after so many queries without an answer; here the gate waits | write noDataDeadline to the criterion
            spec.metrics[].consecutiveSuccessLimit | verdict | Argo Rollouts ends the analysis after so many successes in a row; here the hold does | make the hold as long as these measurements take
            spec.metrics[].provider.prometheus.address       | plan
            spec.metrics[].provider.prometheus.query         | plan
            spec.metrics[].provider.prometheus.timeout       | plan
            spec.metrics[].provider.prometheus.headers[].key   | plan
            spec.metrics[].provider.prometheus.headers[].value | plan
            spec.metrics[].provider.prometheus.rangeQuery.** | plan
            spec.metrics[].provider.prometheus.insecure          | lost | the server's certificate is always checked here | write metrics.prometheus.auth.trustStore
            spec.metrics[].provider.prometheus.authentication.** | lost | how to sign in is not copied, as it may hold a secret | write metrics.prometheus.auth with references: { username: NAME, password: env:NAME } or { bearer: env:NAME }
            spec.metrics[].provider.web.**        | verdict | a web metric cannot be carried over, so the metric is left out | write metrics.custom.NAME.json with its url and JSONPath, or LEAVE
            spec.metrics[].provider.job.**        | verdict | a plan runs no Kubernetes Job, so the metric is left out | write a probe, or LEAVE
            spec.metrics[].provider.kayenta.**    | verdict | a plan asks no Kayenta, so the metric is left out | carry its configuration over with canary kayenta, or LEAVE
            spec.metrics[].provider.datadog.**    | verdict | a plan asks no Datadog, so the metric is left out | LEAVE
            spec.metrics[].provider.newRelic.**   | verdict | a plan asks no New Relic, so the metric is left out | LEAVE
            spec.metrics[].provider.wavefront.**  | verdict | a plan asks no Wavefront, so the metric is left out | LEAVE
            spec.metrics[].provider.cloudWatch.** | verdict | a plan asks no CloudWatch, so the metric is left out | LEAVE
            spec.metrics[].provider.graphite.**   | verdict | a plan asks no Graphite, so the metric is left out | LEAVE
            spec.metrics[].provider.influxdb.**   | verdict | a plan asks no InfluxDB, so the metric is left out | LEAVE
            spec.metrics[].provider.skywalking.** | verdict | a plan asks no SkyWalking, so the metric is left out | LEAVE
            spec.metrics[].provider.plugin.**     | verdict | a metric of a plugin cannot be read here, so the metric is left out | LEAVE
            """.replace("LEAVE", LEAVE));

    private ArgoTables() {}
}
