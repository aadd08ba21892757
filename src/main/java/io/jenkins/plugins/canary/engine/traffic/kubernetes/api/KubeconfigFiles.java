package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.Config;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.api.model.NamedCluster;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Kubeconfig files looked at before they are used: the client that reads them passes over what it cannot use, and then
 * looks for a cluster elsewhere. Says which file, what is wrong and what to do, and nothing of its content.
 */
final class KubeconfigFiles {

    private static final Pattern LINE = Pattern.compile("line:? (\\d+)");

    private final List<File> files;
    private final List<NamedContext> contexts = new ArrayList<>();
    private final List<NamedCluster> clusters = new ArrayList<>();
    private final List<NamedAuthInfo> users = new ArrayList<>();
    private String current = "";

    private KubeconfigFiles(List<File> files) {
        this.files = files;
    }

    /**
     * @param files of which those that are there count together, as with kubectl; at least one
     * @param wanted a context; null for the current one
     * @throws RouterException permanent when no cluster can be reached with them
     */
    static void require(List<File> files, String wanted, Instant now) throws RouterException {
        KubeconfigFiles read = new KubeconfigFiles(files);
        for (File file : files) {
            if (file.exists()) {
                read.add(file);
            }
        }
        if (files.stream().noneMatch(File::exists)) {
            throw read.wrong(
                    "does not exist", "name another file: cluster: { kubeconfig: FILE }, or export KUBECONFIG=FILE");
        }
        read.requireContext(wanted == null ? read.current : wanted, wanted == null, now);
    }

    private void add(File file) throws RouterException {
        Config config;
        try {
            config = new KubernetesSerialization().unmarshal(Files.readString(file.toPath()), Config.class);
        } catch (IOException e) {
            throw wrong("cannot be read here", "ls -l " + file);
        } catch (RuntimeException notYaml) {
            Matcher line = LINE.matcher(String.valueOf(notYaml.getMessage()));
            throw wrong(
                    "is not a kubeconfig in YAML" + (line.find() ? " (line " + line.group(1) + ")" : ""),
                    "kubectl --kubeconfig " + file + " config view");
        }
        if (config == null) {
            throw wrong("is empty", "kubectl config view");
        }
        contexts.addAll(config.getContexts());
        clusters.addAll(config.getClusters());
        users.addAll(config.getUsers());
        current = current.isEmpty() && config.getCurrentContext() != null ? config.getCurrentContext() : current;
    }

    private void requireContext(String name, boolean isCurrent, Instant now) throws RouterException {
        List<String> names = contexts.stream().map(NamedContext::getName).toList();
        if (name.isEmpty()) {
            throw wrong("has no current-context", "cluster: { context: NAME }, one of " + String.join(", ", names));
        }
        NamedContext context = contexts.stream()
                .filter(c -> name.equals(c.getName()))
                .findFirst()
                .orElse(null);
        if (context == null || context.getContext() == null) {
            throw wrong(
                    "has no context '" + name + "'" + (isCurrent ? ", which is its current-context" : ""),
                    "name one of those that it has: " + String.join(", ", names));
        }
        String cluster = context.getContext().getCluster();
        NamedCluster server = clusters.stream()
                .filter(c -> c.getName().equals(cluster) && c.getCluster() != null)
                .findFirst()
                .orElseThrow(() -> wrong(
                        "has a context '" + name + "' of a cluster '" + cluster + "' that is not in it",
                        "kubectl config set-cluster " + cluster + " --server=https://HOST:6443"));
        requireFile(
                server.getCluster().getCertificateAuthority(), "certificate-authority of cluster '" + cluster + "'");
        String user = context.getContext().getUser();
        if (user == null || user.isEmpty()) {
            return; // an API server may let everybody in
        }
        NamedAuthInfo who = users.stream()
                .filter(u -> u.getName().equals(user) && u.getUser() != null)
                .findFirst()
                .orElseThrow(() -> wrong(
                        "has a context '" + name + "' of a user '" + user + "' that is not in it",
                        "kubectl config set-credentials " + user + " --token=..."));
        requireUser(user, who.getUser(), now);
    }

    private void requireUser(String name, AuthInfo user, Instant now) throws RouterException {
        requireFile(user.getTokenFile(), "tokenFile of user '" + name + "'");
        requireFile(user.getClientCertificate(), "client-certificate of user '" + name + "'");
        requireFile(user.getClientKey(), "client-key of user '" + name + "'");
        if (user.getExec() != null && !isProgram(user.getExec().getCommand())) {
            String hint = user.getExec().getInstallHint();
            throw wrong(
                    "signs user '" + name + "' in with the program '"
                            + user.getExec().getCommand() + "', which is not in the PATH here",
                    hint == null || hint.isBlank() ? "install it, or use a kubeconfig with a token" : hint);
        }
        Instant expired = expiry(user);
        if (expired != null && expired.isBefore(now)) {
            throw wrong(
                    "has a client certificate of user '" + name + "' that expired at " + expired,
                    "fetch a new kubeconfig from whoever runs the cluster");
        }
    }

    private void requireFile(String path, String what) throws RouterException {
        if (path != null && !path.isEmpty() && !beside(path).exists()) {
            throw wrong(
                    "names a file that does not exist: " + path + " (" + what + ")",
                    "kubectl config view --flatten, where the file is, puts its content into the kubeconfig");
        }
    }

    /** Relative paths begin at the kubeconfig. */
    private File beside(String path) {
        File given = new File(path);
        return given.isAbsolute()
                ? given
                : new File(files.get(0).getAbsoluteFile().getParentFile(), path);
    }

    private boolean isProgram(String command) {
        if (command.contains("/") || command.contains(File.separator)) {
            return beside(command).canExecute();
        }
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, command)) || Files.isExecutable(Path.of(folder, command + ".exe"))) {
                return true;
            }
        }
        return false;
    }

    /** Null when there is no client certificate, or none that can be read. */
    private Instant expiry(AuthInfo user) {
        try {
            byte[] pem = user.getClientCertificateData() != null
                    ? Base64.getMimeDecoder().decode(user.getClientCertificateData())
                    : user.getClientCertificate() != null
                            ? Files.readAllBytes(
                                    beside(user.getClientCertificate()).toPath())
                            : "".getBytes(StandardCharsets.US_ASCII);
            return pem.length == 0
                    ? null
                    : ((X509Certificate) CertificateFactory.getInstance("X.509")
                                    .generateCertificate(new ByteArrayInputStream(pem)))
                            .getNotAfter()
                            .toInstant();
        } catch (CertificateException | IOException | IllegalArgumentException unreadable) {
            return null;
        }
    }

    private RouterException wrong(String what, String remedy) {
        return RouterException.permanent("the kubeconfig "
                + String.join(
                        File.pathSeparator, files.stream().map(File::getPath).toList()) + " " + what + "; " + remedy);
    }
}
