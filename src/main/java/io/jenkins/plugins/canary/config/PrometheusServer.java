package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;

/** A Prometheus server that plans may name instead of writing its address: {@code prometheus: { server: NAME }}. */
public final class PrometheusServer extends AbstractDescribableImpl<PrometheusServer> {

    private final String name;
    private final String url;
    private String credentialsId;

    @DataBoundConstructor
    public PrometheusServer(String name, String url) {
        this.name = Util.fixEmptyAndTrim(name);
        this.url = Util.fixEmptyAndTrim(url);
    }

    public String getName() {
        return name;
    }

    public String getUrl() {
        return url;
    }

    /** A secret text is sent as a bearer token, a user name with a password as basic authentication; null for neither. */
    public String getCredentialsId() {
        return credentialsId;
    }

    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    @Extension
    @Symbol("prometheusServer")
    public static final class DescriptorImpl extends Descriptor<PrometheusServer> {
        @Override
        public String getDisplayName() {
            return "Prometheus server";
        }
    }
}
