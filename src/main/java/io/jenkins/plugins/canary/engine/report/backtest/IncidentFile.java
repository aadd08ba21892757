package io.jenkins.plugins.canary.engine.report.backtest;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import io.jenkins.plugins.canary.engine.BoundedJson;
import io.jenkins.plugins.canary.engine.PlainText;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a list of known incidents: CSV lines {@code from,to,name}, or a JSON list of objects with these keys. Times are
 * those of RFC 3339. Finds every problem at once.
 */
public final class IncidentFile {

    private static final String CSV = "2026-10-01T06:00:00Z,2026-10-01T07:30:00Z,checkout down";
    private static final String JSON =
            "{\"from\": \"2026-10-01T06:00:00Z\", \"to\": \"2026-10-01T07:30:00Z\", \"name\": \"checkout down\"}";

    private static final int LONGEST_SHOWN = 60;

    private final String name;
    private final List<Incident> incidents = new ArrayList<>();
    private final List<String> problems = new ArrayList<>();

    private IncidentFile(String name) {
        this.name = name;
    }

    /**
     * @param name of the file, for messages
     * @throws IllegalArgumentException for people: a line for each problem, with its place and its remedy
     */
    public static List<Incident> parse(String name, String text) {
        IncidentFile file = new IncidentFile(name);
        String start = text.stripLeading();
        if (start.startsWith("[") || start.startsWith("{")) {
            file.json(text);
        } else {
            file.csv(text);
        }
        if (file.problems.isEmpty() && file.incidents.isEmpty()) {
            file.problems.add(name + ": there is no incident in it; write lines such as " + CSV);
        }
        if (!file.problems.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", file.problems));
        }
        return List.copyOf(file.incidents);
    }

    private void csv(String text) {
        int number = 0;
        for (String line : text.split("\\R", -1)) {
            number++;
            String[] fields = line.split(",", 3);
            boolean heading = number == 1 && fields[0].strip().equalsIgnoreCase("from");
            if (line.isBlank() || line.startsWith("#") || heading) {
                continue;
            }
            if (fields.length < 3) {
                problem(number, "from, to and name are wanted, separated by commas", "write " + CSV);
                continue;
            }
            add(number, unquoted(fields[0]), unquoted(fields[1]), unquoted(fields[2]));
        }
    }

    private static String unquoted(String field) {
        String text = field.strip();
        return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
                ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                : text;
    }

    private void json(String text) {
        try (JsonParser parser = BoundedJson.factory().createParser(text)) {
            if (parser.nextToken() != JsonToken.START_ARRAY) {
                problem(1, "a list of incidents is wanted", "write [ " + JSON + " ]");
                return;
            }
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                int line = parser.currentTokenLocation().getLineNr();
                if (parser.currentToken() != JsonToken.START_OBJECT) {
                    problem(line, "an incident is an object", "write " + JSON);
                    parser.skipChildren();
                    continue;
                }
                Map<String, String> values = new HashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    String key = parser.currentName();
                    parser.nextToken();
                    values.put(key, parser.currentToken() == JsonToken.VALUE_STRING ? parser.getText() : "");
                    parser.skipChildren();
                }
                if (values.keySet().containsAll(List.of("from", "to", "name"))) {
                    add(line, values.get("from"), values.get("to"), values.get("name"));
                } else {
                    problem(line, "from, to and name are wanted", "write " + JSON);
                }
            }
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            problem(line, "this is not valid JSON", "check quotes, commas and brackets at this place");
        } catch (IOException e) {
            throw new IllegalStateException("a text cannot fail to be read", e);
        }
    }

    private void add(int line, String from, String to, String called) {
        Instant begin = time(line, from);
        Instant end = time(line, to);
        String shown = PlainText.line(called);
        if (shown.isBlank()) {
            problem(line, "the name of the incident is missing", "write one, such as checkout down");
        } else if (begin != null && end != null && begin.toEpochMilli() >= end.toEpochMilli()) {
            problem(
                    line,
                    "the incident ends at " + end + ", not after its beginning at " + begin,
                    "swap the two times");
        } else if (begin != null && end != null) {
            incidents.add(new Incident(begin.toEpochMilli(), end.toEpochMilli(), shown));
        }
    }

    private Instant time(int line, String text) {
        try {
            // A year of more digits has a sign, and may be beyond what milliseconds can count.
            if (!text.isEmpty() && Character.isDigit(text.charAt(0))) {
                return Instant.parse(text);
            }
        } catch (DateTimeParseException e) {
            // Told below.
        }
        problem(
                line,
                "'" + PlainText.clip(text, LONGEST_SHOWN) + "' is not a time",
                "write 2026-10-01T06:00:00Z or 2026-10-01T08:00:00+02:00");
        return null;
    }

    private void problem(int line, String message, String remedy) {
        problems.add(name + ":" + line + ": " + message + "; " + remedy);
    }
}
