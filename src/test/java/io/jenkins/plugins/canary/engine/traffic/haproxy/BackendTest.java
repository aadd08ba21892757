package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.jenkins.plugins.canary.engine.traffic.RouterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackendTest {

    private static final String HEADER =
            "# pxname,svname,scur,stot,status,weight,bck,type,throttle,last_chk,uweight,cookie,algo,\n";
    private static final String TOTAL = "app,BACKEND,0,9,UP,95,0,1,,,,,roundrobin,\n\n";

    private static Backend.Server server(String status, int weight, String throttle) throws RouterException {
        String row = "app,v2,3,41,%s,7,0,2,%s,\"Layer7, \"\"odd\"\"\",%d,,,\n".formatted(status, throttle, weight);
        return Backend.parse("app", HEADER + row + TOTAL).servers().get("v2");
    }

    /** While a server starts slowly, "weight" is what is in force and "uweight" what was asked for. */
    @Test
    void readsColumnsByNameAndMindsQuotes() throws Exception {
        assertEquals(new Backend.Server("v2", 12, "UP", false, 3, 41, 30), server("UP", 12, "30"));
    }

    @ParameterizedTest
    @CsvSource({
        "UP, 5, true", "UP 1/2, 5, true", "no check, 5, true", "DRAIN, 0, true", "DRAIN, 5, false",
        "DOWN, 5, false", "DOWN 1/2, 5, false", "MAINT, 5, false", "NOLB, 5, false", "MAINT (via app/v1), 5, false"
    })
    void whoServes(String status, int weight, boolean serves) throws Exception {
        assertEquals(serves, server(status, weight, "").serves());
    }

    @Test
    void anIncompleteTableIsAnError() {
        assertThrows(RouterException.class, () -> Backend.parse("app", HEADER + "app,v2,3\n" + TOTAL));
        assertThrows(RouterException.class, () -> Backend.parse("app", HEADER + "\n"));
        assertThrows(RouterException.class, () -> Backend.parse("app", "\n"));
    }

    @Test
    void onlyAMissingBackendIsForGood() {
        assertTrue(assertThrows(RouterException.class, () -> Backend.parse("app", "No such proxy.\n\n"))
                .permanent());
        assertFalse(assertThrows(RouterException.class, () -> Backend.parse("app", "<html>\n\n"))
                .permanent());
    }
}
