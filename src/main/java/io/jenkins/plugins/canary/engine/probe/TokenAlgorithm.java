package io.jenkins.plugins.canary.engine.probe;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a token is signed (RFC 7518, 3.1). */
public enum TokenAlgorithm {
    HS256(null, null),
    RS256("RSA", "SHA256withRSA"),
    ES256("EC", "SHA256withECDSAinP1363Format");

    private final String family;
    private final String signature;

    TokenAlgorithm(String family, String signature) {
        this.family = family;
        this.signature = signature;
    }

    /** @throws GeneralSecurityException when the key is none of this kind */
    byte[] sign(byte[] text, String key) throws GeneralSecurityException {
        if (family == null) {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(text);
        }
        String base64 = key.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
        byte[] der;
        try {
            der = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            throw new GeneralSecurityException("it is not PEM", e);
        }
        Signature signer = Signature.getInstance(signature);
        signer.initSign(KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(der)));
        signer.update(text);
        return signer.sign();
    }
}
