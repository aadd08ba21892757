package io.jenkins.plugins.canary.engine.http;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Undoes a body's content encoding, within the limit that holds for the body itself: a small bomb stays small. */
final class Unzip {

    private Unzip() {}

    static byte[] decode(String encoding, byte[] body, int limit) throws IOException {
        if (body.length == 0) {
            // To HEAD, and without content, servers name the encoding of a body that they do not send.
            return body;
        }
        switch (encoding) {
            case "", "identity":
                return body;
            case "gzip", "x-gzip":
                try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
                    byte[] plain = in.readNBytes(limit + 1);
                    if (plain.length > limit) {
                        throw new BoundedAnswer.TooLarge(limit);
                    }
                    return plain;
                } catch (ZipException | EOFException e) {
                    throw new IOException("its answer is called gzip and is not, or is cut off", e);
                }
            default:
                throw new IOException("its answer has a Content-Encoding that was not asked for");
        }
    }
}
