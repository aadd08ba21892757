package io.jenkins.plugins.canary.config;

import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.model.Item;
import hudson.util.FormValidation;
import io.jenkins.plugins.canary.engine.plan.Approver;
import java.util.Arrays;
import java.util.List;
import org.jenkinsci.Symbol;
import org.kohsuke.stapler.AncestorInPath;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.interceptor.RequirePOST;

/** People who may approve, under a name that plans write into {@code approval.by}. */
public final class ApproverList extends AbstractDescribableImpl<ApproverList> {

    private final String name;
    private String members = "";

    @DataBoundConstructor
    public ApproverList(String name) {
        this.name = Util.fixEmptyAndTrim(name);
    }

    public String getName() {
        return name;
    }

    public String getMembers() {
        return members;
    }

    /** {@code user:NAME}, {@code group:NAME} or plain names, one a line or separated by commas. */
    @DataBoundSetter
    public void setMembers(String members) {
        this.members = Util.fixNull(members).strip();
    }

    /** Users and groups; a list is no member of another. */
    List<Approver> approvers() {
        return approvers(members);
    }

    private static List<Approver> approvers(String members) {
        return Arrays.stream(members.split("[,\\n]"))
                .map(String::strip)
                .filter(m -> !m.isEmpty())
                .map(Approver::of)
                .toList();
    }

    @Extension
    @Symbol("approverList")
    public static final class DescriptorImpl extends Descriptor<ApproverList> {

        @Override
        public String getDisplayName() {
            return Messages.ApproverList_displayName();
        }

        @RequirePOST
        public FormValidation doCheckName(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            return Validation.name(value);
        }

        @RequirePOST
        public FormValidation doCheckMembers(@AncestorInPath Item item, @QueryParameter String value) {
            Validation.mayConfigure(item);
            List<Approver> given = approvers(Util.fixNull(value));
            return given.isEmpty() || given.stream().anyMatch(a -> a.name().isEmpty())
                    ? FormValidation.error(Messages.ApproverList_nobody())
                    : FormValidation.ok();
        }
    }
}
