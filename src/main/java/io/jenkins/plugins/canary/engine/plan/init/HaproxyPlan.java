package io.jenkins.plugins.canary.engine.plan.init;

import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A plan from a HAProxy configuration: a backend with two servers, and a socket of the Runtime API. HAProxy's configuration stays
 * as it is, and with it whatever it says of the requests. Not for use by several threads.
 */
final class HaproxyPlan {

    private static final Pattern SECTION = Pattern.compile(
            "^(global|defaults|frontend|backend|listen|peers|resolvers|userlist|program|cache|mailers|ring|http-errors)\\b.*");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]+");

    /** What ties requests to servers, so that shares follow the weight late or never. */
    private static final List<String> STICKY =
            List.of("cookie", "stick", "stick-table", "use-server", "persist", "hash-type");

    private static final List<String> ROUND = List.of("roundrobin", "static-rr", "random", "leastconn");

    private final PlanBuilder builder;
    private final PlanInit.Source source;

    HaproxyPlan(PlanBuilder builder, PlanInit.Source source) {
        this.builder = builder;
        this.source = source;
    }

    /** A server line of a backend. */
    private record Server(String name, int line, Map<String, String> options) {
        boolean takesTraffic() {
            return !options.containsKey("backup") && !options.containsKey("disabled");
        }

        boolean isCanary() {
            return "0".equals(options.get("weight"));
        }
    }

    /** The lines of a section that matter: number and words. */
    private record Section(String kind, String name, int line, List<Line> lines) {}

    private record Line(int number, List<String> words) {}

    /** Whether a text is HAProxy's configuration rather than YAML: some line begins a section of it. */
    static boolean isConfiguration(String text) {
        return text.lines()
                .anyMatch(l ->
                        SECTION.matcher(l).matches() && !l.contains(":") || l.matches("^(global|defaults)\\s*(#.*)?$"));
    }

    /** @return what the plan is made of, for its first line */
    String read(String name) throws InitException {
        List<Section> sections = sections();
        List<Section> backends = sections.stream()
                .filter(s -> s.kind.equals("backend") || s.kind.equals("listen"))
                .filter(s -> name.isEmpty() ? servers(s).size() > 1 : s.name.equals(name))
                .toList();
        if (backends.size() != 1) {
            throw new InitException(source.name()
                    + (backends.isEmpty()
                            ? ": there is no backend" + (name.isEmpty() ? "" : " " + YamlNode.shown(name))
                                    + " with two servers"
                            : ": there are several backends with two servers: "
                                    + String.join(
                                            ", ",
                                            backends.stream()
                                                    .map(s -> YamlNode.shown(s.name))
                                                    .toList())
                                    + "; name one of them with --name NAME"));
        }
        Section backend = backends.get(0);
        List<Server> servers =
                servers(backend).stream().filter(Server::takesTraffic).toList();
        if (servers.size() < 2 || !NAME.matcher(backend.name).matches()) {
            throw new InitException(place(backend.line) + " backend " + YamlNode.shown(backend.name)
                    + ": it needs two servers that take traffic: stable with its weight, the canary with weight 0");
        }
        Server canary = servers.stream().filter(Server::isCanary).findFirst().orElse(servers.get(1));
        Server stable = servers.stream().filter(s -> s != canary).findFirst().orElseThrow();
        if (!canary.isCanary()) {
            builder.toDo("HAProxy: give the server " + canary.name
                    + " weight 0, or all requests are split before a rollout begins");
        }
        builder.choose("the driver haproxy: in backend " + backend.name + " the server " + canary.name
                + " is the canary and " + stable.name + " the stable version");
        builder.name(backend.name);
        builder.traffic(
                "haproxy",
                PlanBuilder.map(
                        "socket",
                        socket(sections),
                        "backend",
                        backend.name,
                        "canary",
                        canary.name,
                        "stable",
                        stable.name));
        others(backend, canary, stable, servers);
        metrics(backend.name, canary.name, stable.name);
        builder.put("phases", PlanBuilder.PHASES);
        builder.choose("phases of 5, 10, 25, 50 and 100%");
        return "backend " + backend.name + " (" + source.name() + ")";
    }

    private String place(int line) {
        return source.name() + ":" + line;
    }

    private List<Section> sections() throws InitException {
        List<Section> sections = new ArrayList<>();
        int number = 0;
        for (String line : source.text().lines().toList()) {
            number++;
            List<String> words = words(line);
            if (words.isEmpty()) {
                continue;
            }
            if (SECTION.matcher(line).matches()) {
                sections.add(
                        new Section(words.get(0), words.size() > 1 ? words.get(1) : "", number, new ArrayList<>()));
            } else if (sections.isEmpty()) {
                throw new InitException(
                        place(number) + ": is no configuration of HAProxy: expected a section such as global");
            } else {
                sections.get(sections.size() - 1).lines.add(new Line(number, words));
            }
        }
        return sections;
    }

    /** As HAProxy reads a line: quotes and backslashes keep what they hold together, a bare # ends it. */
    private static List<String> words(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = null;
        char quote = 0;
        for (int i = 0; i < line.length() && (quote != 0 || line.charAt(i) != '#'); i++) {
            char c = line.charAt(i);
            if (quote == 0 && Character.isWhitespace(c)) {
                if (word != null) {
                    words.add(word.toString());
                }
                word = null;
                continue;
            }
            word = word == null ? new StringBuilder() : word;
            if (c == '\\' && quote != '\'' && i + 1 < line.length()) {
                word.append(line.charAt(++i));
            } else if (c == quote) {
                quote = 0;
            } else if (quote == 0 && (c == '"' || c == '\'')) {
                quote = c;
            } else {
                word.append(c);
            }
        }
        if (word != null) {
            words.add(word.toString());
        }
        return words;
    }

    private static List<Server> servers(Section backend) {
        List<Server> servers = new ArrayList<>();
        for (Line line : backend.lines) {
            if (line.words.get(0).equals("server")
                    && line.words.size() > 2
                    && NAME.matcher(line.words.get(1)).matches()) {
                Map<String, String> options = new LinkedHashMap<>();
                for (int i = 3; i < line.words.size(); i++) {
                    options.put(line.words.get(i), i + 1 < line.words.size() ? line.words.get(i + 1) : "");
                }
                servers.add(new Server(line.words.get(1), line.number, options));
            }
        }
        return servers;
    }

    /** The socket at level admin; one to be made when there is none. */
    private String socket(List<Section> sections) {
        String weaker = null;
        for (Section section : sections) {
            for (Line line : section.lines) {
                List<String> w = line.words;
                boolean isSocket = section.kind.equals("global")
                        && w.size() > 2
                        && w.get(0).equals("stats")
                        && w.get(1).equals("socket");
                int level = w.indexOf("level");
                boolean admin =
                        level > 0 && level + 1 < w.size() && w.get(level + 1).equals("admin");
                String address = isSocket ? address(w.get(2)) : null;
                if (address != null && admin) {
                    return address;
                }
                weaker = address != null && weaker == null ? address : weaker;
            }
        }
        if (weaker != null) {
            builder.toDo("HAProxy: give the stats socket " + weaker + " level admin");
            return weaker;
        }
        builder.toDo("HAProxy: add to global: stats socket /run/haproxy/admin.sock mode 660 level admin");
        return "/run/haproxy/admin.sock";
    }

    /** As plans have it; null for an address that they cannot have, such as a file descriptor. */
    private static String address(String given) {
        String bare = given.replaceFirst("^(unix@|ipv4@|ipv6@)", "");
        boolean isPath = bare.startsWith("/");
        if (isPath || !bare.matches("[A-Za-z0-9_.*-]*:\\d{1,5}")) {
            return isPath ? bare : null;
        }
        return "tcp://" + bare.replaceFirst("^(\\*|0\\.0\\.0\\.0)?:", "127.0.0.1:");
    }

    /** What makes requests go elsewhere than the weight says. */
    private void others(Section backend, Server canary, Server stable, List<Server> servers) {
        for (Server server : servers) {
            if (server != canary && server != stable) {
                lost(
                        server.line,
                        "server " + server.name,
                        "a third server takes traffic, so that the share would not be the weight",
                        "make it a backup, disable it, or put it into a backend of its own");
            }
        }
        for (Line line : backend.lines) {
            String word = line.words.get(0);
            boolean hashes = word.equals("balance")
                    && line.words.size() > 1
                    && ROUND.stream().noneMatch(line.words.get(1).replaceFirst("\\(.*", "")::equals);
            if (hashes || STICKY.contains(word)) {
                lost(
                        line.number,
                        word,
                        "it ties requests to servers, so that their share follows the weight late and unevenly",
                        "take it out for the rollout, or let phases hold longer");
            }
            if (word.equals("server-template")) {
                lost(line.number, word, "its servers are not known here", "name the servers of a plan by server lines");
            }
        }
    }

    private void lost(int line, String what, String reason, String remedy) {
        builder.lost(new NotCarried(place(line) + " " + what, reason, remedy, true));
    }

    /** What HAProxy's own exporter counts for each server; it has no histogram of durations. */
    private void metrics(String backend, String canary, String stable) {
        String labels = "proxy=\"" + backend + "\", server=\"";
        builder.metrics("labels", PlanBuilder.map("canary", labels + canary + "\"", "stable", labels + stable + "\""));
        builder.metrics(
                "http",
                PlanBuilder.map("requests", "haproxy_server_http_responses_total", "status", "code", "errors", "5xx"));
        Map<String, Object> test = PlanBuilder.map("test", "sequential", "confidence", "95%");
        builder.put(
                "gate",
                List.of(
                        PlanBuilder.map("metric", "success-rate", "min", "99%"),
                        PlanBuilder.map("metric", "error-rate", "versusStable", Map.of("test", "counts"))));
        builder.put("abort", List.of(PlanBuilder.map("metric", "error-rate", "versusStable", test)));
        builder.choose(
                "errors as HAProxy's own Prometheus exporter counts them by server; it has no histogram of durations");
        builder.toDo(
                "gate: write what your service promises instead of 99%, and add the latency that your service exports");
    }
}
