package io.jenkins.plugins.canary.engine.traffic.haproxy;

import io.jenkins.plugins.canary.engine.PlainText;
import io.jenkins.plugins.canary.engine.traffic.Observation;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A backend as HAProxy's statistics show it (Management Guide, "CSV format").
 *
 * @param algorithm "" when this socket's level may not see it
 * @param cookie the cookie that ties clients to servers, "" for none
 * @param servers by name, in HAProxy's order
 */
record Backend(String name, String algorithm, String cookie, Map<String, Server> servers) {

    private static final int LONGEST_STATUS = 40;
    private static final String HEADER = "# pxname,svname,";
    /** Percent of the weight in force once a server has started. */
    private static final int FULL = 100;

    /**
     * @param weight as configured or set, 0 to 256
     * @param status UP, DOWN, MAINT, DRAIN, NOLB, "no check", "UP 1/2", ...
     * @param backup gets requests only when no other server can
     * @param sessions requests and connections running now
     * @param total requests since HAProxy started
     * @param throttle percent of the weight in force while the server starts slowly, else 100
     */
    record Server(String name, int weight, String status, boolean backup, long sessions, long total, int throttle) {

        /** Whether HAProxy would give it requests, its weight aside. A draining one has weight 0 or was told to drain. */
        boolean serves() {
            return status.startsWith("UP") || status.equals("no check") || status.startsWith("DRAIN") && weight == 0;
        }

        boolean getsRequests() {
            return weight > 0 && !backup && serves();
        }
    }

    static String question(String backend) {
        return "show stat " + backend + " 6 -1";
    }

    /** @throws RouterException when the answer is an error or not a statistics table */
    static Backend parse(String name, String answer) throws RouterException {
        if (answer.startsWith("No such proxy")) {
            throw RouterException.permanent("HAProxy has no backend '" + name + "'; check traffic.haproxy.backend");
        }
        if (!answer.startsWith(HEADER)) {
            throw new RouterException("HAProxy's answer of " + answer.length()
                    + " characters is no statistics table; is this its Runtime API?");
        }
        String[] lines = answer.substring(2).split("\n");
        String[] columns = lines[0].split(",", -1);
        Map<String, Server> servers = new LinkedHashMap<>();
        Map<String, String> total = null;
        for (int i = 1; i < lines.length; i++) {
            Map<String, String> row = row(columns, lines[i]);
            if (!name.equals(row.get("pxname"))) {
                continue;
            }
            if ("1".equals(row.get("type"))) {
                total = row;
            } else {
                Server server = server(row, i + 1);
                if (servers.put(server.name(), server) != null) {
                    throw new RouterException(
                            "line " + (i + 1) + " of HAProxy's statistics has a server that was there before");
                }
            }
        }
        if (total == null) {
            throw new RouterException("HAProxy's statistics lack the backend '" + name + "' itself; is it a frontend?");
        }
        return new Backend(name, total.getOrDefault("algo", ""), total.getOrDefault("cookie", ""), servers);
    }

    private static Server server(Map<String, String> row, int line) throws RouterException {
        String name = row.getOrDefault("svname", "");
        String asked = row.getOrDefault("uweight", "");
        String throttle = row.getOrDefault("throttle", "");
        String status = PlainText.clip(row.getOrDefault("status", ""), LONGEST_STATUS);
        if (name.isEmpty() || status.isEmpty()) {
            throw new RouterException(
                    "line " + line + " of HAProxy's statistics is a server without a name or a status");
        }
        try {
            return new Server(
                    name,
                    (int) number(asked.isEmpty() ? row.get("weight") : asked, WeightPair.MOST),
                    status,
                    "1".equals(row.get("bck")),
                    number(row.get("scur"), Observation.MOST_REQUESTS),
                    number(row.get("stot"), Observation.MOST_REQUESTS),
                    throttle.isEmpty() ? FULL : (int) number(throttle, FULL));
        } catch (NumberFormatException broken) {
            throw new RouterException(
                    "line " + line + " of HAProxy's statistics is incomplete, or its numbers are none");
        }
    }

    private static long number(String text, long most) {
        long number = Long.parseLong(text);
        if (number < 0 || number > most) {
            throw new NumberFormatException(text);
        }
        return number;
    }

    private static Map<String, String> row(String[] columns, String line) {
        List<String> cells = cells(line);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(columns.length, cells.size()); i++) {
            row.put(columns[i], cells.get(i));
        }
        return row;
    }

    /** Splits at commas outside double quotes: health check messages may be quoted and hold commas. */
    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (char c : line.toCharArray()) {
            if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(c);
            }
        }
        cells.add(cell.toString());
        return cells;
    }
}
