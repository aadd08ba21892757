package io.jenkins.plugins.canary.dashboard;

import hudson.Util;
import io.jenkins.plugins.canary.engine.view.RolloutStatusResponse.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.kohsuke.stapler.StaplerRequest2;

/** The open rollouts that a reader may see, and those of them that the request asks for: by text, state and folder. */
public final class DashboardLook {

    /** What the filter offers, and how it chooses. */
    public enum Choice {
        ALL(row -> true),
        PERSON(OpenRow::isNeedsPerson),
        BAD(row -> row.health() == Health.BAD),
        WAITING(row -> row.health() == Health.WAITING),
        GOING(row -> row.health() == Health.GOOD || row.health() == Health.BUSY);

        private final Predicate<OpenRow> chooses;

        Choice(Predicate<OpenRow> chooses) {
            this.chooses = chooses;
        }

        /** For the reader. */
        public String getWords() {
            return switch (this) {
                case ALL -> Messages.Choice_all();
                case PERSON -> Messages.Choice_person();
                case BAD -> Messages.Choice_bad();
                case WAITING -> Messages.Choice_waiting();
                case GOING -> Messages.Choice_going();
            };
        }
    }

    private final List<OpenRow> open;
    private final String text;
    private final Choice choice;
    private final String folder;
    private final List<OpenRow> found;

    /** @param request null for none, whose look is at everything */
    DashboardLook(List<OpenRow> open, StaplerRequest2 request) {
        this.open = open;
        this.text = parameter(request, "text");
        this.choice = choice(parameter(request, "state"));
        this.folder = folder(request);
        this.found = open.stream()
                .filter(choice.chooses)
                .filter(row -> isIn(folder, row.folder()))
                .filter(row -> text.isEmpty() || row.says(text))
                .sorted(OpenRow.MOST_URGENT_FIRST)
                .toList();
    }

    private static String parameter(StaplerRequest2 request, String name) {
        return request == null ? "" : Util.fixNull(request.getParameter(name)).trim();
    }

    /** Full name of the folder that is asked for; empty for none. */
    static String folder(StaplerRequest2 request) {
        return parameter(request, "folder");
    }

    private static Choice choice(String name) {
        for (Choice choice : Choice.values()) {
            if (choice.name().equalsIgnoreCase(name)) {
                return choice;
            }
        }
        return Choice.ALL;
    }

    /** Whether a folder is another or in it, by their full names; everything is in the one without a name. */
    static boolean isIn(String folder, String of) {
        return folder.isEmpty() || of.equals(folder) || of.startsWith(folder + "/");
    }

    public List<OpenRow> rows() {
        return found.subList(0, Math.min(found.size(), RolloutsDashboard.SHOWN));
    }

    /** How many rollouts are open, how many the filter finds, and how many of those are shown. */
    public String getCount() {
        return found.size() > RolloutsDashboard.SHOWN
                ? Messages.DashboardLook_some(RolloutsDashboard.SHOWN, found.size(), open.size())
                : found.size() == open.size()
                        ? Messages.DashboardLook_all(open.size())
                        : Messages.DashboardLook_found(found.size(), open.size());
    }

    public boolean isNothingOpen() {
        return open.isEmpty();
    }

    public String getText() {
        return text;
    }

    public Choice getChoice() {
        return choice;
    }

    public Choice[] getChoices() {
        return Choice.values();
    }

    public String getFolder() {
        return folder;
    }

    /** Full names of the folders that have open rollouts, themselves or in a folder of theirs. */
    public List<String> getFolders() {
        List<String> folders = new ArrayList<>();
        for (OpenRow row : open) {
            String name = row.folder();
            while (!name.isEmpty() && !folders.contains(name)) {
                folders.add(name);
                name = name.substring(0, Math.max(0, name.lastIndexOf('/')));
            }
        }
        folders.sort(null);
        return folders;
    }
}
