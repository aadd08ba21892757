package io.jenkins.plugins.canary.engine.yaml;

import java.io.StringReader;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.reader.ReaderException;

/**
 * Turns the text of a plan, or of Kubernetes manifests, into nodes. YAML is composed, never constructed: no tag creates an
 * object. Text that grows without bound (aliases of aliases, deep nesting, a node inside itself) is refused.
 */
public final class YamlText {

    public static final int MAX_CHARACTERS = 1 << 20;
    static final int MAX_NODES = 20_000;
    static final int MAX_DEPTH = 24;
    private static final int MAX_ALIASES = 1_000;

    /** @param what how messages call the text */
    private record Limits(String what, int characters, int nodes, int depth) {

        boolean tooLong(String text, String file, Problems problems) {
            if (text.length() > characters) {
                problems.error(file, 1, 1, what + " is longer than " + characters + " characters", "shorten it");
            }
            return text.length() > characters;
        }
    }

    private static final Limits PLAN = new Limits("the plan", MAX_CHARACTERS, MAX_NODES, MAX_DEPTH);
    /** A list of {@code kubectl get -o yaml} is longer and deeper than what people write. */
    private static final Limits MANIFESTS = new Limits("the file", 4 * MAX_CHARACTERS, 10 * MAX_NODES, 64);

    /** What YAML 1.1 counts as the end of a line. */
    private static final Pattern LINE_BREAK = Pattern.compile("\\r\\n|[\\r\\n\\x{85}\\x{2028}\\x{2029}]");

    /** What the library says of a text, in plain words, and the remedy; the first line whose pattern is found counts. */
    private static final String WORDS = """
            TAB | a tab where YAML wants spaces | indent with spaces, never with tabs
            but found another document | a second document begins here | keep one plan in a file and remove the '---' between them
            mapping values are not allowed | a colon is not allowed here | put a value that contains ': ' into quotes, and give every key its own line
            ',' or '.' | a bracket is not closed, or a comma is missing | close the bracket, and put values that contain , [ ] { } into quotes
            end of stream|document separator | the text ends in the middle of a value | close the quote or bracket that was opened before
            cannot start any token | a value cannot start with this character | put the value into quotes
            expected ':' | a key without a colon | write 'key: value', or put a text over several lines into quotes
            block end|block mapping|block collection | this line is indented differently from its neighbours | indent the keys of one block by the same number of spaces
            sequence entries are not allowed | a list item is not allowed here | put the '-' on its own line below the key
            undefined.*alias|alias.*undefined | an alias (*name) is wrong here: no such anchor | define &name before it; a value that starts with * needs quotes
            alias | an alias (*name) is wrong here: too many | define &name before it; a value that starts with * needs quotes
            Nesting Depth | WHAT is nested deeper than DEPTH levels | flatten it
            ^ | this is not valid YAML | check quotes, brackets and indentation at this place
            """;

    private final Limits limits;
    private final Set<Node> open = Collections.newSetFromMap(new IdentityHashMap<>());
    private int visited;

    private YamlText(Limits limits) {
        this.limits = limits;
    }

    /** The root of the plan; null after reporting when there is none. */
    public static YamlNode parse(String text, Problems problems) {
        return parse("", text, problems);
    }

    /**
     * The same of another text than the plan itself.
     *
     * @param file as problems call it; "" for the plan itself
     */
    public static YamlNode parse(String file, String text, Problems problems) {
        if (PLAN.tooLong(text, file, problems)) {
            return null;
        }
        try {
            Node root = yaml(PLAN).compose(new StringReader(spaced(text)));
            if (root == null) {
                problems.error(file, 1, 1, "the plan is empty", "write at least name, traffic and phases");
                return null;
            }
            YamlNode checked = new YamlText(PLAN).checked(root, file, problems);
            return checked == null || file.isEmpty()
                    ? checked
                    : new YamlNode(YamlTree.named(checked.node(), file), "", problems);
        } catch (YAMLException broken) {
            report(broken, text, file, PLAN, problems);
            return null;
        }
    }

    /** The roots of all documents of a file, without empty ones; none after reporting when the text is no YAML. */
    public static List<YamlNode> documents(String text, Problems problems) {
        List<YamlNode> roots = new ArrayList<>();
        if (MANIFESTS.tooLong(text, "", problems)) {
            return roots;
        }
        // One for all documents: the limits are those of the file.
        YamlText all = new YamlText(MANIFESTS);
        try {
            for (Node root : yaml(MANIFESTS).composeAll(new StringReader(spaced(text)))) {
                YamlNode checked =
                        root == null || root.getTag().equals(Tag.NULL) ? null : all.checked(root, "", problems);
                if (problems.hasErrors()) {
                    return List.of();
                }
                if (checked != null) {
                    roots.add(checked);
                }
            }
            return roots;
        } catch (YAMLException broken) {
            report(broken, text, "", MANIFESTS, problems);
            return List.of();
        }
    }

    private static Yaml yaml(Limits limits) {
        LoaderOptions options = new LoaderOptions();
        options.setCodePointLimit(limits.characters);
        options.setNestingDepthLimit(limits.depth);
        options.setMaxAliasesForCollections(MAX_ALIASES);
        return new Yaml(options);
    }

    /** Null after reporting when the nodes are too many, too deep, or without an end. */
    private YamlNode checked(Node root, String file, Problems problems) {
        Flaw flaw = walk(root, 0);
        if (flaw != null) {
            YamlNode place = new YamlNode(flaw.where(), "", problems);
            problems.error(file, place.line(), place.column(), flaw.message(), flaw.remedy());
            return null;
        }
        return new YamlNode(root, "", problems);
    }

    /** Says in plain words why a text is no YAML. Quotes nothing of the text: it may hold a secret. */
    private static void report(YAMLException broken, String text, String file, Limits limits, Problems problems) {
        if (broken instanceof ReaderException unprintable) {
            String[] before = LINE_BREAK.split(text.substring(0, offset(text, unprintable.getPosition())), -1);
            String line = before[before.length - 1];
            problems.error(
                    file,
                    before.length,
                    line.codePointCount(0, line.length()) + 1,
                    String.format("the character U+%04X is not allowed in YAML", unprintable.getCodePoint()),
                    "remove it; was the file saved as UTF-8 text?");
            return;
        }
        Mark mark = null;
        String cause = String.valueOf(broken.getMessage());
        if (broken instanceof MarkedYAMLException marked) {
            mark = marked.getProblemMark() != null ? marked.getProblemMark() : marked.getContextMark();
            cause = marked.getProblem() != null ? marked.getProblem() : cause;
        }
        String[] words = words(cause, limits);
        problems.error(
                file,
                mark == null ? 1 : mark.getLine() + 1,
                mark == null ? 1 : mark.getColumn() + 1,
                words[1],
                words[2]);
    }

    private static int offset(String text, int codePoints) {
        return text.offsetByCodePoints(0, Math.min(Math.max(0, codePoints), text.codePointCount(0, text.length())));
    }

    private static String[] words(String cause, Limits limits) {
        return WORDS.replace("WHAT", limits.what)
                .replace("DEPTH", "" + limits.depth)
                .lines()
                .map(line -> line.split(" \\| "))
                .filter(words -> Pattern.compile(words[0]).matcher(cause).find())
                .findFirst()
                .orElseThrow();
    }

    /** JSON may be indented with tabs, which YAML refuses even between brackets; a space keeps every place. */
    private static String spaced(String text) {
        return text.stripLeading().startsWith("{") ? text.replace('\t', ' ') : text;
    }

    private record Flaw(Node where, String message, String remedy) {}

    private Flaw walk(Node node, int depth) {
        if (++visited > limits.nodes) {
            return new Flaw(
                    node,
                    limits.what + " has more than " + limits.nodes + " values, counting each use of an alias",
                    "write fewer, or use fewer aliases");
        }
        if (depth > limits.depth) {
            return new Flaw(node, limits.what + " is nested deeper than " + limits.depth + " levels", "flatten it");
        }
        if (!open.add(node)) {
            return new Flaw(node, "this value contains itself through an alias", "write it out without the alias");
        }
        List<Node> children = new ArrayList<>();
        if (node instanceof SequenceNode list) {
            children = list.getValue();
        } else if (node instanceof MappingNode map) {
            for (NodeTuple entry : map.getValue()) {
                children.addAll(List.of(entry.getKeyNode(), entry.getValueNode()));
            }
        }
        Flaw found = null;
        for (int i = 0; i < children.size() && found == null; i++) {
            found = walk(children.get(i), depth + 1);
        }
        open.remove(node);
        return found;
    }
}
