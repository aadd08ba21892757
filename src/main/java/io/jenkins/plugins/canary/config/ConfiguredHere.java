package io.jenkins.plugins.canary.config;

import java.util.List;

/** A place where servers and clusters are configured: the controller, or a folder. */
interface ConfiguredHere {

    List<PrometheusServer> getPrometheusServers();

    List<KubernetesCluster> getKubernetesClusters();
}
