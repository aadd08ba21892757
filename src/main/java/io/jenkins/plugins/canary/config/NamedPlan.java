package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.canary.engine.yaml.Problems;
import io.jenkins.plugins.canary.engine.yaml.YamlText;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** A plan that others extend by its name: {@code extends: jenkins:NAME}. */
public final class NamedPlan extends AbstractDescribableImpl<NamedPlan> {

    private final String name;
    private final String yaml;

    @DataBoundConstructor
    public NamedPlan(String name, String yaml) {
        this.name = Util.fixEmptyAndTrim(name);
        this.yaml = Util.fixNull(yaml);
    }

    public String getName() {
        return name;
    }

    /** What is read of it need not be a whole plan. */
    public String getYaml() {
        return yaml;
    }

    @Extension
    @Symbol("canaryPlan")
    public static final class DescriptorImpl extends Descriptor<NamedPlan> {

        @Override
        public String getDisplayName() {
            return Messages.NamedPlan_displayName();
        }

        @RequirePOST
        public FormValidation doCheckName(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.name(value);
        }

        /** Whether it is YAML at all: the rest shows in the plans that extend it. */
        @RequirePOST
        public FormValidation doCheckYaml(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            Problems problems = new Problems();
            YamlText.parse(value, problems);
            return Validation.problems(problems.all());
        }
    }
}
