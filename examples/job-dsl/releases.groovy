// A folder with a shared plan and a policy, and in it one release pipeline for each service.

folder('shop') {
    properties {
        canaryRelease {
            prometheusServers {
                prometheusServer {
                    name('main')
                    url('http://prometheus.monitoring:9090')
                }
            }
            approvers {
                approverList {
                    name('release-managers')
                    members('group:release-managers')
                }
            }
            policy('''\
                minHold: 5m
                abort: default
                '''.stripIndent())
            plans {
                canaryPlan {
                    name('standard')
                    yaml('''\
                        target: { namespace: shop, deployment: "{{params.service}}" }
                        traffic: { gatewayApi: { cluster: production, httpRoute: "{{params.service}}" } }
                        metrics:
                          prometheus: { server: main }
                          window: 1m
                          labels:
                            canary: 'namespace="shop",app="{{params.service}}-canary"'
                            stable: 'namespace="shop",app="{{params.service}}"'
                        phases:
                          - { name: Initial, weight: 5, hold: 5m }
                          - { name: Half, weight: 50, hold: 10m, approval: { by: [release-managers] } }
                          - { name: Full, weight: 100, hold: 5m }
                        gate:
                          - { metric: success-rate, min: 99.5% }
                        '''.stripIndent())
                }
            }
            commitChecks('PUBLISH')
        }
    }
}

['payment-api', 'basket'].each { service ->
    pipelineJob("shop/release-${service}") {
        parameters {
            stringParam('VERSION', '', 'Tag of the image')
        }
        definition {
            cps {
                sandbox()
                script("""\
                    canaryRollout version: params.VERSION, yaml: '''
                      name: ${service}
                      extends: jenkins:standard
                      params: { service: ${service} }
                    '''
                    """.stripIndent())
            }
        }
    }
}
