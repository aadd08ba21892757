package io.jenkins.plugins.canary.engine.traffic.kubernetes.trial;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.DictionaryEntries;
import com.code_intelligence.jazzer.junit.FuzzTest;
import io.jenkins.plugins.canary.engine.Fuzz;
import io.jenkins.plugins.canary.engine.traffic.RouterException;

/** The image of a version: the first line is the version, the rest the image that runs. */
class ImageNameFuzzTest {

    @FuzzTest
    @DictionaryEntries({"registry:5000/shop/api:1.4", "@sha256:", "{{version}}", ":", "/", "latest"})
    void image(byte[] input) {
        Fuzz.text(
                input,
                text -> {
                    int line = Math.max(0, text.indexOf('\n'));
                    String version = text.substring(0, line);
                    String image = new ImageName(null).of(text.substring(line), version);
                    assertTrue(image.endsWith(":" + version) || image.endsWith("@" + version), image);
                    return true;
                },
                RouterException.class);
    }
}
