package io.jenkins.plugins.canary.engine.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InternalAddressesTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.8.9.10",
                "0.0.0.0",
                "0.1.2.3",
                "::",
                "::1",
                "169.254.169.254",
                "169.254.170.2",
                "fe80::1",
                "224.0.0.251",
                "ff02::1",
                "255.255.255.255",
                "168.63.129.16",
                "100.100.100.200",
                "192.0.0.192",
                "fd00:ec2::254",
                "fd00:ec2::23",
                "fd20:ce::254",
                "::ffff:127.0.0.1",
                "::ffff:a9fe:a9fe",
                "::7f00:1",
                "::a9fe:a9fe",
                "64:ff9b::169.254.169.254",
                "64:ff9b::7f00:1",
                "64:ff9b:1::a9fe:a9fe",
                "2002:7f00:1::",
                "2002:a9fe:a9fe::1",
                "2001:0:4136:e378:8000:63bf:5601:5601",
                "64:ff9b::a83f:8110"
            })
    void addressesOfTheMachineItselfAreKnownInEveryForm(String literal) throws Exception {
        assertTrue(InternalAddresses.kind(InetAddress.getByName(literal)).isPresent(), literal);
        assertTrue(InternalAddresses.kind(literal).isPresent(), literal);
        if (literal.contains(":")) {
            assertTrue(InternalAddresses.kind("[" + literal + "]").isPresent(), literal);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost.",
                "api.localhost",
                "metadata.google.internal",
                "METADATA.google.internal.",
                "2130706433",
                "0x7f000001",
                "0x7F.1",
                "0177.0.0.1",
                "017700000001",
                "127.1",
                "127.0.1",
                "2852039166",
                "0xa9fea9fe",
                "0251.0376.0251.0376",
                "fe80::1%eth0",
                "[fe80::1%25eth0]",
                "[::1%lo]",
                "[nonsense:]"
            })
    void namesAndOddFormsAreKnownWithoutALookup(String host) {
        assertTrue(InternalAddresses.kind(host).isPresent(), host);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.1",
                "192.168.1.1",
                "172.16.0.1",
                "100.64.0.1",
                "8.8.8.8",
                "fd12:3456::1",
                "2001:db8::1",
                "64:ff9b::808:808",
                "2002:808:808::1"
            })
    void addressesOfOtherMachinesAreNot(String literal) throws Exception {
        assertEquals(Optional.empty(), InternalAddresses.kind(InetAddress.getByName(literal)), literal);
        assertEquals(Optional.empty(), InternalAddresses.kind(literal), literal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "prometheus",
                "prometheus.monitoring.svc",
                "169.254.169.254.nip.io",
                "localhost.example.com",
                "v2",
                "1.2.3.4.5",
                "0x",
                "256.256.256.256",
                "metadata.example.com"
            })
    void otherNamesAreLookedUpFirst(String host) {
        assertEquals(Optional.empty(), InternalAddresses.kind(host), host);
    }
}
