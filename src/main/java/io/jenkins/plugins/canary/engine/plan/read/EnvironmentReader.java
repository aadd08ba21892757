package io.jenkins.plugins.canary.engine.plan.read;

import io.jenkins.plugins.canary.engine.DnsName;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.plan.Receiver;
import io.jenkins.plugins.canary.engine.plan.Topic;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.Checks;
import io.jenkins.plugins.canary.engine.traffic.kubernetes.preflight.PreflightSettings;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterDriver;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import io.jenkins.plugins.canary.engine.yaml.KeyType;
import io.jenkins.plugins.canary.engine.yaml.Section;
import io.jenkins.plugins.canary.engine.yaml.YamlNode;
import io.jenkins.plugins.canary.engine.yaml.YamlObject;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads what a rollout works on, and whom it notifies: {@code target}, {@code traffic}, {@code preflight}, {@code notify}. */
final class EnvironmentReader {

    private static final int MOST_RECEIVERS = 10;
    private static final String LETTERS = "use lower-case letters, digits and '-', as Kubernetes does";
    private static final Pattern POOL = Pattern.compile("\\d{1,9}|[A-Za-z_][A-Za-z0-9_]*");

    static final Section TARGET = Section.of(
            "target",
            "What is released.",
            Map.of(
                    "label", KeyType.matching("Kubernetes name", DnsName.LABEL, "a namespace", LETTERS),
                    "name", KeyType.matching("Kubernetes name", DnsName.SUBDOMAIN, "a deployment's name", LETTERS)),
            """
            namespace  | label | none | Stands for `{{namespace}}`.
            deployment | name  | none | Stands for `{{target}}`.
            """);

    static final KeyType TRAFFIC = KeyType.of("traffic", Map.of("type", "object"), EnvironmentReader::traffic);

    private static final KeyType CONNECTIONS = KeyType.of(
            "number, or name of an environment variable",
            Map.of(
                    "anyOf",
                    List.of(
                            Map.of("type", "integer", "minimum", 0, "maximum", 999_999_999),
                            Map.of("type", "string", "pattern", "^(" + POOL + ")$"))),
            n -> n.matching(
                    POOL,
                    "a number or the name of an environment variable",
                    "write for example 20, or DB_MAX_OPEN_CONNS"));

    private static final Section DATABASE = Section.of(
            "database", "The connections that the pods of both versions share.", Map.of("pool", CONNECTIONS), """
            maxConnections | whole 1..10000000 | required, `100` | The most connections that the database takes.
            pool           | pool              | required, `DB_MAX_OPEN_CONNS` | The most connections that a pod opens.
            """);

    static final Section PREFLIGHT = Section.of(
            "preflight",
            "The checks for cluster hazards before the first shift.",
            Map.of(
                    "checks",
                            KeyType.oneOf(Checks.NAMES, EnvironmentReader::check)
                                    .list(),
                    "database", DATABASE.type(EnvironmentReader::database)),
            """
            checks       | checks             | all; `[]` for none | Which checks run.
            fix          | boolean            | `false` | Pin autoscalers during the rollout, and restore them.
            drainTimeout | duration or `0s`   | `60s`   | How long the ingress lets requests under way finish.
            database     | database           | none    | What both versions' connection pools must fit into.
            """);

    private static final KeyType RECIPIENTS = KeyType.matching(
                    "mail address", Receiver.MAIL_ADDRESS, "a mail address", "write one such as team@example.com")
            .someOf();

    private static final Section RECEIVER = Section.of(
                    "receiver",
                    "Somebody who is notified of the rollout's events.",
                    Map.of(
                            "to", KeyType.choice(Receiver.Format.class),
                            "url", KeyType.string("secret", KeyType.SECRET, EnvironmentReader::address),
                            "addresses", RECIPIENTS,
                            "events", KeyType.choice(Topic.class).someOf()),
                    """
            to          | to        | `json` | The format; see [notifications](notifications.md).
            url         | url       | with `to: pagerduty` its usual one; else such as `env:RELEASES_WEBHOOK` | Refers to the address, which is a secret: whoever knows it can post there. Not with `to: mail`.
            secret      | secret    | none   | Refers to the key that signs `to: json`.
            routingKey  | secret    | none; with `to: pagerduty` such as `env:PAGERDUTY_KEY` | Refers to the integration key of PagerDuty's service.
            environment | text      | none; with `to: cdevents` such as `production` | Where the service runs, as the receivers of the events know it.
            recipients  | addresses | none; with `to: mail` such as `[ team@example.com ]` | Who gets the mail.
            events      | events    | all but `progress` and `checklist` | What is told.
            """)
            .rule("{'if': {'required': ['secret']}, 'then': {'properties': {'to': {'const': 'json'}}}}")
            .rule(only("pagerduty", "routingKey"))
            .rule(only("cdevents", "environment"))
            .rule(only("mail", "recipients"))
            .rule("{'if': {'required': ['to'], 'properties': {'to': {'const': 'mail'}}},"
                    + " 'then': {'properties': {'url': false}}}")
            .rule("{'if': {'required': ['to'], 'properties': {'to': {'enum': ['pagerduty', 'mail']}}},"
                    + " 'else': {'required': ['url']}}");

    static final KeyType RECEIVERS = KeyType.of(
            "list of receiver",
            Map.of("type", "array", "maxItems", MOST_RECEIVERS, "items", RECEIVER.type()),
            EnvironmentReader::receivers);

    private EnvironmentReader() {}

    /** That a key stands with one format, and with no other. */
    private static String only(String format, String key) {
        return "{'if': {'required': ['to'], 'properties': {'to': {'const': '" + format + "'}}}, 'then': {'required': ['"
                + key + "']}, 'else': {'properties': {'" + key + "': false}}}";
    }

    static Target target(YamlNode node) {
        YamlObject o = TARGET.at(node);
        return new Target(o.getOr("namespace", ""), o.getOr("deployment", ""));
    }

    /** One key that names a driver, whose settings the driver reads itself. */
    private static RouterSettings traffic(YamlNode node) {
        YamlObject o = node.object();
        String known =
                RouterDriver.all().stream().map(RouterDriver::name).sorted().collect(Collectors.joining(", "));
        if (o.keys().size() != 1) {
            if (node.isObject()) {
                String routers = o.keys().isEmpty() ? "no router" : "several routers";
                node.error("traffic names " + routers, "name exactly one of: " + known);
            }
            return null;
        }
        String name = o.keys().iterator().next();
        Optional<RouterDriver> driver = RouterDriver.named(name);
        if (driver.isEmpty()) {
            o.key(name).error("unknown router " + YamlNode.shown(name), "known here: " + known);
        }
        return driver.map(d -> d.read(d.keys().at(o.value(name)))).orElse(null);
    }

    static PreflightSettings preflight(YamlNode node) {
        YamlObject o = PREFLIGHT.at(node);
        List<String> checks = o.getOr("checks", Checks.NAMES);
        PreflightSettings.Database database = o.get("database");
        if (database == null && o.has("checks") && checks.contains("database") && !o.has("database")) {
            o.key("checks")
                    .error(
                            "the check 'database' needs to know what there is",
                            "add database: { maxConnections: 100, pool: DB_MAX_OPEN_CONNS }");
        }
        return new PreflightSettings(checks, o.get("fix"), o.get("drainTimeout"), database);
    }

    private static String check(YamlNode node) {
        return node.checked(
                node.text(),
                Checks.NAMES::contains,
                "there is no check {}",
                "known here: " + String.join(", ", Checks.NAMES));
    }

    private static PreflightSettings.Database database(YamlNode node) {
        YamlObject o = DATABASE.at(node);
        Long most = o.get("maxConnections");
        String pool = o.get("pool");
        return most == null || pool == null ? null : new PreflightSettings.Database(most, pool);
    }

    private static List<Receiver> receivers(YamlNode node) {
        List<Receiver> all = node.list(item -> receiver(RECEIVER.at(item)));
        if (all.size() > MOST_RECEIVERS) {
            node.error("more than " + MOST_RECEIVERS + " receivers", "let one of them tell the others");
        }
        return all;
    }

    private static Receiver receiver(YamlObject o) {
        Receiver.Format to = o.get("to");
        boolean elsewhere = to == Receiver.Format.PAGERDUTY || to == Receiver.Format.MAIL;
        Secrets.Ref url = elsewhere ? o.get("url") : o.need("url");
        if (url != null && to == Receiver.Format.MAIL) {
            o.key("url").error("a mail has recipients and no url", "remove it");
        }
        Secrets.Ref secret = o.get("secret");
        if (secret != null && to != Receiver.Format.JSON) {
            o.key("secret").error("only { to: json } is signed: " + to.word() + " looks at no signature", "remove it");
        }
        Secrets.Ref routingKey = only(o, to, Receiver.Format.PAGERDUTY, "routingKey");
        String environment = only(o, to, Receiver.Format.CDEVENTS, "environment");
        List<String> recipients = only(o, to, Receiver.Format.MAIL, "recipients");
        if (recipients != null && recipients.isEmpty()) {
            o.key("recipients").error("a mail to nobody", "name somebody, or remove the receiver");
        }
        return new Receiver(
                to,
                url,
                to == Receiver.Format.PAGERDUTY ? routingKey : secret,
                environment,
                recipients == null ? List.of() : recipients,
                o.get("events", EnvironmentReader::events, Topic.USUAL));
    }

    /** A key that one format needs and no other has. */
    private static <T> T only(YamlObject o, Receiver.Format to, Receiver.Format its, String key) {
        if (to == its) {
            return o.need(key);
        }
        T read = o.get(key);
        if (o.has(key)) {
            String remedy = "remove it, or write to: " + its.word();
            o.key(key).error("only { to: " + its.word() + " } has '" + key + "'", remedy);
        }
        return read;
    }

    /** A webhook's address lets everybody post who knows it. No message quotes what stands there. */
    private static Secrets.Ref address(YamlNode node) {
        if (!node.isScalar() || !node.scalar().matches("(?i)https?:.*")) {
            return node.secret();
        }
        node.error(
                "a webhook's address is a secret, and the plan is kept in the journal",
                "write env:NAME, file:PATH or, in Jenkins, credentials:ID; whoever has read this plan can post there");
        return null;
    }

    private static Set<Topic> events(YamlNode node) {
        List<Topic> topics = node.list(n -> n.choice(Topic.class));
        if (node.isList() && node.list().isEmpty()) {
            String remedy = "remove the whole receiver, or leave events out for the usual ones";
            node.error("without events nothing is told", remedy);
        }
        return topics.isEmpty() ? Topic.USUAL : EnumSet.copyOf(topics);
    }
}
