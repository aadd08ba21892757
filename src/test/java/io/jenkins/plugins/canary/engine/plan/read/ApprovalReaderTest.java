package io.jenkins.plugins.canary.engine.plan.read;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.jenkins.plugins.canary.engine.plan.Approval;
import io.jenkins.plugins.canary.engine.yaml.Problem;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ApprovalReaderTest {

    private static PlanReader.Result read(String approval) {
        return PlanReader.check("""
                name: api
                traffic: { local: { control: "http://127.0.0.1:1" } }
                metrics:
                  prometheus: { url: "http://127.0.0.1:1", interval: 15s }
                  labels: { canary: 'version="v2"', stable: 'version="v1"' }
                gate: [ { metric: success-rate, min: 95%% } ]
                abort: [ { metric: success-rate, min: 90%%, for: 1m } ]
                phases:
                  - name: Half
                    weight: 50
                    hold: 5m
                    approval: %s
                  - { name: Full, weight: 100, hold: 5m }
                """.formatted(approval));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{ min: 2, by: [ 'user:anna' ] } | min | more people must agree than may: 1"
                        + " | name more people, or a group: user:NAME, group:NAME",
                "{ notBy: [ friends ] } | notBy[0] | 'friends' is not one of the choices | `write starter | committers`",
                "{ from: '9' } | from | '9' is not a time of day | write hours and minutes, 00:00 to 23:59: 09:00",
                "{ from: 24:00 } | from | '24:00' is not a time of day | write hours and minutes, 00:00 to 23:59: 09:00",
                "{ from: 10:00, timeZone: Berlin } | timeZone | 'Berlin' is not a time zone"
                        + " | write a name of the IANA database, such as Europe/Berlin or UTC",
                "{ timeZone: UTC } | timeZone | a time zone without a time of day | add from: 09:00, or remove timeZone"
            })
    void saysWhatIsWrongAndWhatToWrite(String approval, String key, String message, String remedy) {
        List<Problem> found = read(approval).problems();
        assertEquals(1, found.size(), found.toString());
        assertEquals("phases[0].approval." + key, found.get(0).path());
        assertEquals(message, found.get(0).message());
        assertEquals(remedy, found.get(0).remedy());
    }

    /** In YAML 1.1 a bare 10:00 is the number 600, base 60. */
    @Test
    void aTimeOfDayNeedsNoQuotes() {
        Approval read = read("{ from: 10:00 }").plan().phases().get(0).approval();
        assertEquals(LocalTime.of(10, 0), read.from());
        assertEquals(ZoneId.of("UTC"), read.zone());
    }

    @Test
    void oneOfSeveralUsersIsEnoughWhereAGroupIsNamed() {
        assertEquals(
                List.of(), read("{ min: 2, by: [ 'user:anna', 'group:ops' ] }").problems());
    }
}
