package io.jenkins.plugins.canary.engine.rollout;

import io.jenkins.plugins.canary.engine.Sha256;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/**
 * What each calendar of a rollout said last, on disk: a restart must not forget it. A file each, as large as a calendar may be,
 * under a name that tells neither rollout nor address. A copy that cannot be kept or found is none. Any thread.
 */
final class CalendarCopies {

    /** Nothing is kept. */
    static final CalendarCopies NONE = new CalendarCopies(null, null);

    private static final Logger LOGGER = Logger.getLogger(CalendarCopies.class.getName());
    private static final String ENDING = ".ics";

    private final Path folder;
    private final String rollout;

    /** @param folder null to keep nothing */
    CalendarCopies(Path folder, String rollout) {
        this.folder = folder;
        this.rollout = rollout;
    }

    /** @param at when the calendar said it */
    record Copy(String text, Instant at) {}

    /** Keeps a copy instead of the one before, and removes those of all rollouts that count no more. */
    void keep(URI address, String text, Instant at, Duration counts) {
        if (folder == null) {
            return;
        }
        try {
            Files.createDirectories(folder);
            forget(at.minus(counts));
            Path half = Files.createTempFile(folder, "new-", ENDING);
            Files.writeString(half, text);
            Files.setLastModifiedTime(half, FileTime.from(at));
            Files.move(half, file(address), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "A restart will not know this calendar", e);
        }
    }

    private void forget(Instant before) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(f -> f.toString().endsWith(ENDING)).toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /** The copy of a calendar, however old. */
    Optional<Copy> find(URI address) {
        if (folder == null) {
            return Optional.empty();
        }
        try {
            Path file = file(address);
            return Files.exists(file)
                    ? Optional.of(new Copy(
                            Files.readString(file),
                            Files.getLastModifiedTime(file).toInstant()))
                    : Optional.empty();
        } catch (IOException e) {
            LOGGER.log(Level.FINE, "The copy of a calendar cannot be read", e);
            return Optional.empty();
        }
    }

    private Path file(URI address) {
        return folder.resolve(Sha256.hex(rollout + "\n" + address) + ENDING);
    }
}
