package io.jenkins.plugins.canary.config;

import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** What plans refer to by its name instead of writing its address, and the credential to sign in to it. */
public abstract class NamedServer<T extends NamedServer<T>> extends AbstractDescribableImpl<T> {

    private final String name;
    private String credentialsId;

    NamedServer(String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    public String getName() {
        return name;
    }

    public String getCredentialsId() {
        return credentialsId;
    }

    /** Of a kind that the form offers; null for none. */
    @DataBoundSetter
    public void setCredentialsId(String credentialsId) {
        this.credentialsId = Util.fixEmptyAndTrim(credentialsId);
    }

    /** The checks of a form that people fill in for the controller or for a folder. */
    public abstract static class NamedServerDescriptor<T extends NamedServer<T>> extends Descriptor<T> {

        @RequirePOST
        public FormValidation doCheckName(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.name(value);
        }
    }
}
