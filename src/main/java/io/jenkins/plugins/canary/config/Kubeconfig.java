package io.jenkins.plugins.canary.config;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Kubeconfigs out of credentials. Whoever may configure a folder may bring one, so it must neither run a program on the
 * controller nor read its files.
 */
final class Kubeconfig {

    private static final Set<String> ACTS = Set.of("exec", "auth-provider");
    private static final Set<String> READS =
            Set.of("tokenFile", "client-certificate", "client-key", "certificate-authority");

    private Kubeconfig() {}

    /**
     * @return the text
     * @throws IOException when it is no kubeconfig, or needs more than itself; the message names the key
     */
    static String selfContained(String text) throws IOException {
        try {
            Object root = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
            if (!(root instanceof Map)) {
                throw new IOException("the secret file is no kubeconfig");
            }
            check(root);
            return text;
        } catch (YAMLException e) {
            throw new IOException("the secret file is no kubeconfig: it is not YAML");
        }
    }

    private static void check(Object value) throws IOException {
        if (value instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                String key = String.valueOf(entry.getKey());
                if (ACTS.contains(key)) {
                    throw new IOException("the kubeconfig runs a program to sign in (" + key
                            + "): use a token or a certificate");
                }
                if (READS.contains(key)) {
                    throw new IOException("the kubeconfig refers to a file (" + key
                            + "): put its content in, as kubectl config view --flatten does");
                }
                check(entry.getValue());
            }
        } else if (value instanceof List<?> list) {
            for (Object item : list) {
                check(item);
            }
        }
    }
}
