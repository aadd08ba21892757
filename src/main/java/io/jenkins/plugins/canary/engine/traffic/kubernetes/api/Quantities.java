package io.jenkins.plugins.canary.engine.traffic.kubernetes.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;

/** Amounts as Kubernetes writes them: {@code 500m}, {@code 256Mi}. */
public final class Quantities {

    private Quantities() {}

    /** In cores or bytes; zero where nothing is said, or what is said cannot be read. */
    public static BigDecimal of(JsonNode quantity) {
        try {
            return quantity.isValueNode() && !quantity.isNull()
                    ? Quantity.parse(quantity.asText()).getNumericalAmount()
                    : BigDecimal.ZERO;
        } catch (RuntimeException notAQuantity) {
            return BigDecimal.ZERO;
        }
    }
}
