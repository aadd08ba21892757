package io.jenkins.plugins.canary.config;

import com.cloudbees.plugins.credentials.common.StandardCredentials;
import com.cloudbees.plugins.credentials.common.StandardListBoxModel;
import hudson.Util;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.util.FormValidation;
import hudson.util.ListBoxModel;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanFile;
import io.jenkins.plugins.canary.engine.plan.resolve.PlanResolver;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;

/** What the forms of servers and clusters have in common. Only those who may change a form are told anything. */
final class Validation {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,62}");

    private Validation() {}

    static void administer() {
        Jenkins.get().checkPermission(Jenkins.ADMINISTER);
    }

    /** @param folder null for the controller's own form */
    static void mayConfigure(Item folder) {
        if (folder == null) {
            administer();
        } else {
            folder.checkPermission(Item.CONFIGURE);
        }
    }

    /** What is not typed yet is asked for, and no error. */
    static FormValidation name(String name) {
        return Util.fixEmptyAndTrim(name) == null
                ? FormValidation.warning(Messages.Validation_nameMissing())
                : NAME.matcher(name.strip()).matches()
                        ? FormValidation.ok()
                        : FormValidation.error(Messages.Validation_name());
    }

    /** A policy that is there must have no errors. */
    static FormValidation policy(String text) {
        return Util.fixEmptyAndTrim(text) == null
                ? FormValidation.ok()
                : problems(PlanResolver.check(new PlanFile("", text)));
    }

    /** Each with its line, and what to write instead. */
    static FormValidation problems(List<Problem> problems) {
        String all = problems.stream().map(Problem::toString).collect(Collectors.joining("\n"));
        return all.isEmpty() ? FormValidation.ok() : FormValidation.error(all);
    }

    static FormValidation url(String url) {
        if (Util.fixEmptyAndTrim(url) == null) {
            return FormValidation.warning(Messages.Validation_urlMissing());
        }
        try {
            URI uri = new URI(url.strip());
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (uri.getRawUserInfo() != null) {
                return FormValidation.error(Messages.Validation_urlSecret());
            }
            return http && uri.getHost() != null
                    ? FormValidation.ok()
                    : FormValidation.error(Messages.Validation_url());
        } catch (URISyntaxException e) {
            return FormValidation.error(Messages.Validation_url());
        }
    }

    /** The credentials that a form may offer: its current one alone to people who may not change the form. */
    @SafeVarargs
    static ListBoxModel credentials(Item folder, String current, Class<? extends StandardCredentials>... kinds) {
        StandardListBoxModel list = new StandardListBoxModel();
        boolean may =
                folder == null ? Jenkins.get().hasPermission(Jenkins.ADMINISTER) : folder.hasPermission(Item.CONFIGURE);
        list.includeEmptyValue();
        if (may) {
            Arrays.stream(kinds).forEach(kind -> {
                if (folder == null) {
                    list.includeMatchingAs(ACL.SYSTEM2, Jenkins.get(), kind, List.of(), c -> true);
                } else {
                    list.includeMatchingAs(ACL.SYSTEM2, folder, kind, List.of(), c -> true);
                }
            });
        }
        return list.includeCurrentValue(Util.fixNull(current));
    }
}
