package io.jenkins.plugins.canary.engine.traffic.haproxy;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.traffic.RouterException;
import io.jenkins.plugins.canary.engine.traffic.haproxy.Backend.Server;

/** What HAProxy's Runtime API answers. */
class BackendFuzzTest {

    @FuzzTest
    @DictionaryEntries({
        "# pxname,svname,",
        "qcur,qmax,scur,smax,slim,stot,",
        "status,weight,act,bck,",
        "uweight,",
        "throttle,",
        "type,",
        "algo,cookie",
        "\\x0Aapi,canary,",
        "\\x0Aapi,BACKEND,",
        ",UP,",
        ",DRAIN,",
        ",256,"
    })
    void statistics(byte[] input) {
        Fuzz.text(
                input,
                answer -> {
                    Backend backend = Backend.parse("api", answer);
                    for (Server canary : backend.servers().values()) {
                        assertFalse(canary.name().isEmpty() || canary.status().isEmpty());
                        assertTrue(canary.sessions() >= 0
                                && canary.total() >= 0
                                && canary.throttle() >= 0
                                && canary.throttle() <= 100);
                        canary.getsRequests();
                        for (Server stable : backend.servers().values()) {
                            new WeightPair(canary.weight(), stable.weight()).weight();
                        }
                    }
                    return !backend.servers().isEmpty();
                },
                RouterException.class);
    }
}
