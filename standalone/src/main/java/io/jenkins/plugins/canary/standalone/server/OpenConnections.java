package io.jenkins.plugins.canary.standalone.server;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import org.eclipse.jetty.io.Connection;

/** Keeps a server at so many connections: one more, and the oldest is closed, since whoever means well is done soonest. */
final class OpenConnections implements Connection.Listener {

    private final int most;
    private final Set<Connection> open = new LinkedHashSet<>();

    OpenConnections(int most) {
        this.most = most;
    }

    @Override
    public void onOpened(Connection connection) {
        Connection oldest = null;
        synchronized (open) {
            if (open.size() == most) {
                Iterator<Connection> all = open.iterator();
                oldest = all.next();
                all.remove();
            }
            open.add(connection);
        }
        if (oldest != null) {
            oldest.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (open) {
            open.remove(connection);
        }
    }
}
