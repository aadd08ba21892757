package io.jenkins.plugins.canary.standalone.cli;

import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Files that are named on the command line. */
final class TextFile {

    private TextFile() {}

    /**
     * @param largest in MiB
     * @param what the file should be, for the errors: {@code a release plan}
     */
    static String read(Path file, int largest, String what) throws Failure {
        try {
            if (Files.isDirectory(file)) {
                throw new Failure(Exit.USAGE, file + " is a folder: name the file");
            }
            if (Files.size(file) > (long) largest << 20) {
                throw new Failure(Exit.USAGE, file + " is larger than " + largest + " MiB: that is not " + what);
            }
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new Failure(Exit.USAGE, "there is no file " + file);
        } catch (MalformedInputException e) {
            throw new Failure(Exit.USAGE, file + " is not UTF-8 text");
        } catch (IOException e) {
            throw new Failure(Exit.USAGE, file + " cannot be read: " + e.getMessage());
        }
    }
}
