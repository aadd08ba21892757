package io.jenkins.plugins.canary.engine.traffic.own;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.Target;
import io.jenkins.plugins.canary.engine.Weight;
import io.jenkins.plugins.canary.engine.http.AddressPolicy;
import io.jenkins.plugins.canary.engine.traffic.RouterContract;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.SettingsText;
import io.jenkins.plugins.canary.engine.traffic.TrafficRouter;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterContext;
import io.jenkins.plugins.canary.engine.traffic.settings.RouterSettings;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract over HTTP, with a server that does what it is asked, and what becomes of one that does not. */
class HttpRouterTest extends RouterContract {

    protected TeamServer server;

    @Override
    protected RouterSettings settings() throws Exception {
        if (server == null) {
            server = new TeamServer();
        }
        return read("{ url: '" + server.url() + "/', auth: { bearer: env:CONTRACT_TOKEN } }");
    }

    private static RouterSettings read(String yaml) {
        SettingsText read = SettingsText.read(new HttpDriver(), yaml);
        assertEquals(List.of(), read.problems());
        return read.settings();
    }

    @AfterEach
    void stop() throws IOException {
        OpenApi api = new OpenApi();
        server.calls.forEach(api::check);
        server.close();
    }

    @Override
    protected void editBehindItsBack(Weight weight) {
        server.weight = weight.percent();
    }

    private TrafficRouter opened() throws Exception {
        return settings().open(CONTEXT);
    }

    private RouterException refused(int status, String body) throws Exception {
        try (TrafficRouter router = opened()) {
            server.instead = Map.entry(status, body);
            return assertThrows(RouterException.class, () -> router.shift(Weight.ofPercent(5)));
        }
    }

    @Test
    void signsInAndSaysWhoAsks() throws Exception {
        try (TrafficRouter router = opened()) {
            router.intend("shift-7");
            router.shift(Weight.ofPercent(12.5));
            router.promote("v2");
        }
        TeamServer.Call look = server.calls.get(server.calls.size() - 3);
        assertEquals(Map.of("rollout", "contract-1", "version", "v2"), look.query());
        assertNull(look.headers().get("Idempotency-Key"), "a look changes nothing");
        TeamServer.Call put = server.calls.get(server.calls.size() - 2);
        assertEquals("PUT", put.method());
        assertEquals(TeamServer.PATH + "/weight", put.path());
        assertEquals("Bearer " + TOKEN, put.headers().get("Authorization"));
        assertEquals("contract-1-shift-7", put.headers().get("Idempotency-Key"));
        assertEquals(
                "{\"rollout\":\"contract-1\",\"version\":\"v2\",\"weight\":12.5}",
                put.body().toString());
        TeamServer.Call post = server.calls.get(server.calls.size() - 1);
        assertEquals("POST " + TeamServer.PATH + "/promote", post.method() + " " + post.path());
        assertEquals(
                "{\"rollout\":\"contract-1\",\"version\":\"v2\"}", post.body().toString());
    }

    @ParameterizedTest
    @CsvSource({
        "400,true",
        "401,true",
        "403,true",
        "404,true",
        "410,true",
        "422,true",
        "423,true",
        "408,false",
        "409,false",
        "425,false",
        "429,false",
        "500,false",
        "502,false",
        "503,false",
        "302,true"
    })
    void whetherItIsWorthAskingAgain(int status, boolean permanent) throws Exception {
        RouterException refused = refused(status, "{\"error\":\"the pool payment is locked\"}");
        assertEquals(permanent, refused.permanent(), refused.getMessage());
        String says = refused.getMessage();
        assertTrue(says.startsWith("PUT " + server.url() + "/weight answered " + status), says);
        assertTrue(says.endsWith(": the pool payment is locked"), says);
    }

    @Test
    void aServerThatAsksToWaitIsLeftAlone() throws Exception {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        RouterContext context = RouterContext.of("r", CONTEXT.target(), "v2", "a test", CONTEXT.secrets(), now::get);
        try (TrafficRouter router = settings().open(context)) {
            server.instead = Map.entry(429, "{}");
            server.retryAfter = "30";
            RouterException first = assertThrows(RouterException.class, () -> router.shift(Weight.FULL));
            assertTrue(first.getMessage().endsWith("(too many requests), and asks to wait 30 s"), first.getMessage());
            int asked = server.calls.size();
            now.set(Instant.EPOCH.plusSeconds(29));
            assertEquals(
                    first.getMessage(),
                    assertThrows(RouterException.class, router::observe).getMessage());
            assertEquals(asked, server.calls.size());
            server.instead = null;
            now.set(Instant.EPOCH.plusSeconds(30));
            assertEquals(Weight.ZERO, router.observe().weight());
            server.instead = Map.entry(503, "{}");
            server.retryAfter = "86400";
            assertThrows(RouterException.class, router::observe);
            server.instead = null;
            now.set(Instant.EPOCH.plusSeconds(90));
            assertEquals(Weight.ZERO, router.observe().weight(), "no server may keep a roll back waiting for a day");
        }
    }

    @Test
    void theTokenIsNeverShown() throws Exception {
        RouterException refused = refused(400, "{\"error\":\"bad token " + TOKEN + "\"}");
        assertFalse(refused.getMessage().contains(TOKEN), refused.getMessage());
        server.instead = Map.entry(200, "{\"weight\": 0, \"detail\": \"" + TOKEN + "\"}");
        try (TrafficRouter router = opened()) {
            assertEquals("****", router.observe().detail());
        }
        SettingsText read =
                SettingsText.read(new HttpDriver(), "{ url: 'http://a.example.com', auth: { bearer: hunter2 } }");
        assertTrue(read.onlyProblem().contains("referred to")
                && !read.onlyProblem().contains("hunter2"));
    }

    /** Where a plan chose the address, what stands there may be anybody's. */
    @Test
    void nothingIsQuotedWhereThePlanChoseTheAddress() throws Exception {
        AddressPolicy chosen = (host, port, address) -> Optional.empty();
        RouterContext context = new RouterContext(
                CONTEXT.rollout(),
                CONTEXT.target(),
                CONTEXT.version(),
                CONTEXT.owner(),
                CONTEXT.secrets(),
                null,
                CONTEXT.claimant(),
                List.of(),
                chosen,
                CONTEXT.clock());
        try (TrafficRouter router = settings().open(context)) {
            server.instead = Map.entry(400, "{\"error\":\"internal words\"}");
            String refused = assertThrows(RouterException.class, () -> router.shift(Weight.FULL))
                    .getMessage();
            assertFalse(refused.contains("internal words"), refused);
            server.instead = Map.entry(200, "{\"secret\":\"internal words\"}");
            String foreign =
                    assertThrows(RouterException.class, router::observe).getMessage();
            assertFalse(foreign.contains("internal words"), foreign);
        }
    }

    @Test
    void anAddressThatMayNotBeConnectedToIsNot() throws Exception {
        AddressPolicy none = (host, port, address) -> Optional.of("not from here: ask an administrator");
        RouterContext context = new RouterContext(
                "r",
                CONTEXT.target(),
                "v2",
                "a test",
                CONTEXT.secrets(),
                null,
                CONTEXT.claimant(),
                List.of(),
                none,
                CONTEXT.clock());
        int before = server.calls.size();
        String says = assertThrows(RouterException.class, () -> settings().open(context))
                .getMessage();
        assertTrue(says.contains("not from here: ask an administrator"), says);
        assertEquals(before, server.calls.size());
    }

    @Test
    void nobodyThere() throws Exception {
        RouterSettings settings = settings();
        server.close();
        RouterException none = assertThrows(RouterException.class, () -> settings.open(CONTEXT));
        assertTrue(none.getMessage().contains("nothing accepts connections there"), none.getMessage());
        assertFalse(none.permanent());
    }

    @Test
    void rolloutsOfOneAddressExcludeEachOther() {
        Target other = new Target("elsewhere", "b");
        Object place = read("{ url: 'https://T.example.com/payment' }").place(CONTEXT.target(), null);
        assertEquals(
                place,
                read("{ url: 'https://t.example.com/payment/', timeout: 3s, auth: { bearer: env:A } }")
                        .place(other, null));
        assertNotEquals(place, read("{ url: 'https://t.example.com/cart' }").place(CONTEXT.target(), null));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}|'url' is missing",
                "{ url: 'https://t.example.com/a?b=c' }|has a query or a fragment",
                "{ url: 'https://{{target}}.example.com' }|holds no placeholder",
                "{ url: 'ftp://t.example.com' }|http",
                "{ url: 'https://me:pw@t.example.com' }|password",
                "{ url: 'https://t.example.com', timeout: 2m }|at most 1m",
                "{ url: 'https://t.example.com', timeout: 0s }|too short",
                "{ url: 'https://t.example.com', token: env:A }|token"
            })
    void whatIsWrongInAPlanIsNamed(String given) {
        String[] parts = given.split("\\|");
        SettingsText read = SettingsText.read(new HttpDriver(), parts[0]);
        assertTrue(read.onlyProblem().contains(parts[1]), read.onlyProblem());
    }
}
