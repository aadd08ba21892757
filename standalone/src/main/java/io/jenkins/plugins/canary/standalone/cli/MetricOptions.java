package io.jenkins.plugins.canary.standalone.cli;

import io.jenkins.plugins.canary.engine.Units;
import io.jenkins.plugins.canary.engine.metric.MetricException;
import io.jenkins.plugins.canary.engine.metric.MetricSource;
import io.jenkins.plugins.canary.engine.metric.SourceContext;
import io.jenkins.plugins.canary.engine.metric.source.MetricSources;
import io.jenkins.plugins.canary.engine.plan.CanaryPlan;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a command that reads a plan's metrics without a rollout has to be told. */
class MetricOptions {

    @Option(
            names = "--version",
            paramLabel = "V",
            defaultValue = "",
            description = "the new version, for plans whose labels use {{version}}")
    String version;

    final SourceContext context(CanaryPlan plan) {
        return context(plan, version);
    }

    static SourceContext context(CanaryPlan plan, String version) {
        return SourceContext.of(plan.target(), version, new LocalSecrets());
    }

    final MetricSource open(CanaryPlan plan) throws MetricException {
        return new MetricSources().open(plan.metrics(), context(plan));
    }

    /** Shares on the command line: {@code 0.2%} as in plans, or {@code 0.002}. */
    static final class Share implements ITypeConverter<Double> {

        @Override
        public Double convert(String value) {
            return Units.share(value)
                    .orElseThrow(
                            () -> new TypeConversionException("'" + value + "' is not a share: write 0.2% or 0.002"));
        }
    }
}
