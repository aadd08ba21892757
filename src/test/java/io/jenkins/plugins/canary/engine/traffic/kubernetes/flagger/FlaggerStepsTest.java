package io.jenkins.plugins.canary.engine.traffic.kubernetes.flagger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

class FlaggerStepsTest {

    private static FlaggerSteps steps(String analysis) throws Exception {
        return FlaggerSteps.of(new ObjectMapper().readTree(analysis));
    }

    @Test
    void equalSteps() throws Exception {
        assertEquals(
                List.of(10, 20, 30, 40, 50),
                List.copyOf(steps("{\"stepWeight\":10,\"maxWeight\":50}").all()));
    }

    @Test
    void theLastOfEqualStepsMayGoPastTheMaximum() throws Exception {
        assertEquals(
                List.of(20, 40, 60),
                List.copyOf(steps("{\"stepWeight\":20,\"maxWeight\":50}").all()));
    }

    @Test
    void aList() throws Exception {
        FlaggerSteps steps = steps("{\"stepWeights\":[5,10,25,50,100]}");
        assertEquals(List.of(5, 10, 25, 50, 100), List.copyOf(steps.all()));
        assertEquals(100, steps.after(100));
    }

    @Test
    void aListEndsAtItsLastWhateverTheMaximum() throws Exception {
        assertEquals(
                List.of(5, 50),
                List.copyOf(steps("{\"stepWeights\":[5,50],\"maxWeight\":20}").all()));
    }

    @Test
    void equalStepsWinOverAList() throws Exception {
        assertEquals(
                List.of(50, 100),
                List.copyOf(steps("{\"stepWeight\":50,\"stepWeights\":[5,100]}").all()));
    }

    @Test
    void fromAWeightThatIsInNoListFlaggerGoesAllTheWay() throws Exception {
        assertEquals(100, steps("{\"stepWeights\":[5,10,25]}").after(7));
    }

    @Test
    void withoutStepsThereAreNoWeights() throws Exception {
        assertFalse(steps("{\"iterations\":10}").progressive());
        assertTrue(steps("{\"stepWeight\":1}").progressive());
    }
}
