package io.jenkins.plugins.canary.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KubeconfigTest {

    private static String kubeconfig(String cluster, String user) {
        return "apiVersion: v1\nkind: Config\nclusters:\n- name: c\n  cluster: {server: 'https://127.0.0.1:1', "
                + cluster + "}\nusers:\n- name: u\n  user: {" + user + "}\n";
    }

    @Test
    void tokenAndEmbeddedCertificatesAreFine() throws IOException {
        String text = kubeconfig("certificate-authority-data: QUJD", "token: abc");
        assertEquals(text, Kubeconfig.selfContained(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exec: {command: /bin/sh}", "auth-provider: {name: gcp}", "tokenFile: /etc/passwd",
        "client-certificate: /a.crt", "client-key: /a.key"})
    void programsAndFilesOfTheControllerAreRefused(String user) {
        IOException e = assertThrows(IOException.class, () -> Kubeconfig.selfContained(kubeconfig("x: y", user)));
        assertTrue(e.getMessage().contains(user.substring(0, user.indexOf(':'))), e.getMessage());
    }

    @Test
    void aFileWithTheAuthorityIsRefused() {
        assertThrows(IOException.class,
                () -> Kubeconfig.selfContained(kubeconfig("certificate-authority: /ca.crt", "token: abc")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "- a", "a: [", "!!javax.script.ScriptEngineManager []"})
    void whatIsNoKubeconfigIsRefused(String text) {
        assertThrows(IOException.class, () -> Kubeconfig.selfContained(text));
    }
}
