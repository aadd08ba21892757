package io.jenkins.plugins.canary.engine.metric.json;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.Configuration;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.spi.json.JsonSmartJsonProvider;
import com.jayway.jsonpath.spi.mapper.JsonSmartMappingProvider;
import java.io.IOException;

/** JSONPath over plain maps and lists: in Jenkins the JSONPath library does not see Jackson, whose nodes it could read too. */
public final class PlainJson {

    static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final Configuration PLAIN = Configuration.builder()
            .jsonProvider(new JsonSmartJsonProvider())
            .mappingProvider(new JsonSmartMappingProvider())
            .build();

    private PlainJson() {}

    /**
     * What an expression finds in a document.
     *
     * @throws IOException when the document is not JSON
     * @throws com.jayway.jsonpath.JsonPathException when there is nothing
     */
    public static Object find(String path, byte[] document) throws IOException {
        return find(JsonPath.compile(path), JSON.readTree(document));
    }

    static Object find(JsonPath path, JsonNode root) throws IOException {
        return path.read(JSON.treeToValue(root, Object.class), PLAIN);
    }
}
