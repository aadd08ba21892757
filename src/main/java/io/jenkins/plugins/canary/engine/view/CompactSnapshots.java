package io.jenkins.plugins.canary.engine.view;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import io.jenkins.plugins.canary.engine.gate.EvidenceFold;
import java.io.IOException;

/**
 * Leaves the evidence that comparisons have gathered out of snapshots: going on with a rollout needs it, and folds the
 * journal; showing one does not, since every check is shown as the journal has it.
 */
final class CompactSnapshots {

    private CompactSnapshots() {}

    static SimpleModule module() {
        return new SimpleModule().addSerializer(new Writer()).addDeserializer(EvidenceFold.class, new Reader());
    }

    private static final class Writer extends StdSerializer<EvidenceFold> {
        private static final long serialVersionUID = 1L;

        Writer() {
            super(EvidenceFold.class);
        }

        @Override
        public void serialize(EvidenceFold evidence, JsonGenerator json, SerializerProvider provider)
                throws IOException {
            json.writeNull();
        }
    }

    private static final class Reader extends StdDeserializer<EvidenceFold> {
        private static final long serialVersionUID = 1L;

        Reader() {
            super(EvidenceFold.class);
        }

        @Override
        public EvidenceFold deserialize(JsonParser json, DeserializationContext context) throws IOException {
            json.skipChildren();
            return EvidenceFold.NONE;
        }

        @Override
        public EvidenceFold getNullValue(DeserializationContext context) {
            return EvidenceFold.NONE;
        }
    }
}
