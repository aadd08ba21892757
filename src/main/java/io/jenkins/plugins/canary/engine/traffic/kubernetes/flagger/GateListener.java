package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Takes Flagger's requests over HTTP and hands them to {@link FlaggerGates}. The engine has no server: who brings the
 * library (the command line does) registers a service; Jenkins has a server anyway.
 */
public interface GateListener {

    /**
     * Answers {@code POST /.../confirm-promotion} and the like until the result is run.
     *
     * @param listen host and port, not resolved
     * @throws RouterException when the port is taken or the host is not this machine's
     */
    Runnable listen(InetSocketAddress listen) throws RouterException;

    static Optional<GateListener> available() {
        return ServiceLoader.load(GateListener.class, GateListener.class.getClassLoader())
                .findFirst();
    }
}
