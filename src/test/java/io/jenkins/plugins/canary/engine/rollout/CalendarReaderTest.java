package io.jenkins.plugins.canary.engine.rollout;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.jenkins.plugins.canary.engine.Secrets;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.http.HttpClientPool;
import io.jenkins.plugins.canary.engine.plan.window.FreezeCalendar;
import io.jenkins.plugins.canary.engine.plan.window.WindowSchedule;
import io.jenkins.plugins.canary.engine.plan.window.Windows;
import io.jenkins.plugins.canary.engine.testing.Poll;
import io.jenkins.plugins.canary.engine.testing.VirtualServices;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Calendars over HTTP, in virtual time. */
class CalendarReaderTest {

    private static final String CHRISTMAS = """
            BEGIN:VCALENDAR
            VERSION:2.0
            PRODID:-//test//EN
            BEGIN:VEVENT
            UID:c
            DTSTART;VALUE=DATE:20231219
            DTEND;VALUE=DATE:20240104
            SUMMARY:Christmas
            END:VEVENT
            END:VCALENDAR
            """;

    private final VirtualServices clock = new VirtualServices(1);

    @TempDir
    private Path folder;

    private HttpServer server;
    private volatile int status = 200;
    private volatile String answer = CHRISTMAS;
    private volatile int asked;

    @BeforeEach
    void serve() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            asked++;
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/secret-path.ics?token=hush";
    }

    private CalendarReader open(FreezeCalendar calendar, AddressPolicy policy) throws Exception {
        Windows windows = new Windows(List.of(new WindowSchedule(ZoneOffset.UTC, List.of(), List.of(), calendar)));
        Secrets secrets = ref -> address();
        CalendarReader reader = CalendarReader.open(
                windows, secrets, policy, new HttpClientPool(), new CalendarCopies(folder, "shop-1"), clock);
        reader.await();
        return reader;
    }

    private static void until(CalendarReader reader, FreezeCalendar calendar, boolean trouble) throws Exception {
        Poll.until(
                "the calendar was read again",
                () -> trouble == (reader.of(calendar).trouble() != null),
                Duration.ofSeconds(20));
    }

    @Test
    void itsEventsAreFreezesAndItIsReadAgain() throws Exception {
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        CalendarReader reader = open(calendar, AddressPolicy.UNRESTRICTED);
        assertEquals("Christmas", reader.of(calendar).freezes().get(0).reason());
        assertEquals(1, asked);
        clock.advance(Duration.ofMinutes(14).toMillis());
        reader.of(calendar);
        assertEquals(1, asked);
        answer = CHRISTMAS.replace("Christmas", "Holidays");
        clock.advance(Duration.ofMinutes(2).toMillis());
        Poll.until(
                "the new events are known",
                () -> reader.of(calendar).freezes().get(0).reason().equals("Holidays"),
                Duration.ofSeconds(20));
    }

    @Test
    void whatWasReadBeforeCountsForADay() throws Exception {
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        CalendarReader reader = open(calendar, AddressPolicy.UNRESTRICTED);
        status = 500;
        clock.advance(Duration.ofMinutes(16).toMillis());
        until(reader, calendar, true);
        Windows.Known known = reader.of(calendar);
        assertTrue(known.usable());
        assertEquals(
                "the calendar 127.0.0.1 cannot be read: it answered 500; what it said on Tue 14 Nov 22:13 Z counts for a day",
                known.trouble());
        clock.advance(Duration.ofHours(24).toMillis());
        assertFalse(reader.of(calendar).usable());
        status = 200;
        clock.advance(Duration.ofMinutes(2).toMillis());
        until(reader, calendar, false);
        assertTrue(reader.of(calendar).usable());
    }

    @Test
    void aRestartKnowsWhatWasReadWithinADay() throws Exception {
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        open(calendar, AddressPolicy.UNRESTRICTED);
        status = 500;
        clock.advance(Duration.ofHours(23).toMillis());
        Windows.Known known = open(calendar, AddressPolicy.UNRESTRICTED).of(calendar);
        assertTrue(known.usable());
        assertEquals("Christmas", known.freezes().get(0).reason());
        assertTrue(known.trouble().contains("it answered 500; what it said on Tue 14 Nov "), known.trouble());
        clock.advance(Duration.ofHours(2).toMillis());
        assertFalse(open(calendar, AddressPolicy.UNRESTRICTED).of(calendar).usable());
    }

    @Test
    void copiesTellNoAddressAreNotOthersAndGoAfterADay() throws Exception {
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        open(calendar, AddressPolicy.UNRESTRICTED);
        Path copy = only();
        assertTrue(copy.getFileName().toString().matches("[0-9a-f]{64}\\.ics"), copy.toString());
        assertTrue(new CalendarCopies(folder, "other-1")
                .find(URI.create(address()))
                .isEmpty());
        // Damaged, it is as if there were none.
        FileTime read = Files.getLastModifiedTime(copy);
        Files.writeString(copy, "BEGIN:VCAL");
        Files.setLastModifiedTime(copy, read);
        status = 500;
        assertFalse(open(calendar, AddressPolicy.UNRESTRICTED).of(calendar).usable());
        status = 200;
        clock.advance(Duration.ofHours(30).toMillis());
        new CalendarCopies(folder, "other-1")
                .keep(URI.create(address()), CHRISTMAS, clock.instant(), Duration.ofHours(24));
        assertNotEquals(copy, only());
    }

    private Path only() throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertEquals(1, all.size(), all.toString());
            return all.get(0);
        }
    }

    @Test
    void whatIsNoCalendarIsNotUsableAndNoMessageTellsTheAddress() throws Exception {
        answer = "<html>sign in</html>";
        FreezeCalendar calendar = new FreezeCalendar(null, new Secrets.PlanRef(Secrets.PlanRef.Kind.ENV, "FREEZES"));
        Windows.Known known = open(calendar, AddressPolicy.UNRESTRICTED).of(calendar);
        assertFalse(known.usable());
        assertTrue(
                known.trouble().startsWith("the calendar env:FREEZES cannot be read: it is not an iCalendar file"),
                known.trouble());
        assertFalse(known.trouble().contains("hush"), known.trouble());
    }

    @Test
    void anAddressThatIsNotAllowedIsNotAsked() throws Exception {
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        AddressPolicy none = (host, port, address) -> Optional.of("only what an administrator allows");
        Windows.Known known = open(calendar, none).of(calendar);
        assertFalse(known.usable());
        assertEquals(0, asked);
        assertTrue(known.trouble().contains("its address is not connected to"), known.trouble());
    }

    @Test
    void aFileThatIsTooLargeIsNotRead() throws Exception {
        answer = "BEGIN:VCALENDAR\n"
                + "X-FILL:".concat("x".repeat(1000)).concat("\n").repeat(2_200) + "END:VCALENDAR\n";
        FreezeCalendar calendar = new FreezeCalendar(address(), null);
        assertFalse(open(calendar, AddressPolicy.UNRESTRICTED).of(calendar).usable());
        answer = CHRISTMAS;
        assertNull(open(calendar, AddressPolicy.UNRESTRICTED).of(calendar).trouble());
    }
}
