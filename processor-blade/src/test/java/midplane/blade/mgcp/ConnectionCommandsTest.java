package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import midplane.fabric.FrameType;
import midplane.shelf.MgcpRedirect;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** CRCX, MDCX, DLCX: command in, exact response out. */
class ConnectionCommandsTest extends GatewayTest {
    @Test
    void shouldCreateAConnectionOnAnyEndpointAndSayWhereToGoOn() {
        final String response = only(sendByFabric(
                "CRCX 12 ann/$@ms.example.net MGCP 1.0\r\nC: A3C4\r\nL: p:20, a:PCMU\r\nM: recvonly\r\n", 0));
        final String id = value(response, "I");
        assertTrue(id.matches("[0-9A-F]{16}"), id);
        final String sessionId = response.replaceAll("(?s).*o=- ([0-9]+) .*", "$1");
        assertEquals(
                "200 12 OK\r\nI: " + id + "\r\nZ: ann/3/1@ms.example.net:2446\r\nX-Midplane-Port: 2446\r\n\r\n"
                        + "v=0\r\no=- " + sessionId + " 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                        + "m=audio 40000 RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\na=ptime:20\r\n",
                response);
        assertEquals(1, gateway().sessions());
        assertEquals(1, meter.used());
    }

    @Test
    void shouldRepeatTheResponseAndNotTheCommand() {
        final String crcx = command("CRCX", "ann/$", "C: A3C4", "M: recvonly");
        final String first = only(send(crcx));
        assertEquals(first, only(send(crcx)));
        assertEquals(first, only(sendFrom(otherAgent, crcx)), "whoever took over asks again");
        assertEquals(1, gateway().sessions());
        assertEquals(2, count("repeated"));
        runFor(31 * SECOND);
        assertNotEquals(first, only(send(crcx)), "after T-HIST it is another command");
        assertEquals(2, gateway().sessions());
    }

    @Test
    void shouldAnswerAReusedIdAsTheFirstAndCountIt() {
        final String first = only(send("CRCX 7 ann/$@x MGCP 1.0\r\nC: 1\r\nM: inactive\r\n"));
        assertEquals(first, only(send("DLCX 7 ann/3/1@x MGCP 1.0\r\nC: 1\r\n")));
        assertEquals(1, gateway().sessions());
        assertEquals(1, count("reused"));
    }

    @Test
    void shouldForgetConfirmedResponsesAndStayAtMostOnce() {
        final String crcx = command("CRCX", "ann/$", "C: 1", "M: inactive");
        send(crcx);
        assertEquals(200, code(ask("AUEP", "ann/3/1", "K: 1-1000000, 5000000-999999999")));
        assertEquals(1, count("responses.confirmed"));
        assertEquals(List.of(), send(crcx), "who has the response needs no other");
        assertEquals(1, gateway().sessions());
        assertEquals(1, count("absorbed"));
    }

    @Test
    void shouldNotBelieveAConfirmationOfAnotherHost() {
        final String crcx = command("CRCX", "ann/$", "C: 1", "M: inactive");
        send(crcx);
        final var stranger = network.bind(new java.net.InetSocketAddress("127.0.0.9", 2727));
        sendFrom(stranger, command("AUEP", "ann/3/1", "K: 1"));
        assertEquals(0, count("responses.confirmed"));
        assertEquals(1, send(crcx).size());
    }

    @Test
    void shouldModifyAndOnlyDescribeWhatHasChanged() {
        final String created = ask("CRCX", "ivr/$", "C: A1", "M: recvonly");
        final String id = value(created, "I");
        assertTrue(created.contains("m=audio 40000 RTP/AVP 0 8 101\r\n"), created);
        final String modified = askWithSdp(sdp(50_000, "8 101"), "MDCX", "ivr/3/1", "C: A1", "I: " + id, "M: sendrecv");
        assertEquals(200, code(modified));
        assertTrue(modified.contains("m=audio 40000 RTP/AVP 8 101\r\n"), modified);
        assertTrue(modified.contains(" 1 IN IP4"), "the version grows: " + modified);
        assertNull(value(modified, "I"));
        final String held = ask("MDCX", "ivr/3/1", "C: a1", "I: " + id.toLowerCase(), "M: inactive");
        assertEquals("200 3 OK\r\n", held);
    }

    @Test
    void shouldDescribeItselfAnewWhenPacketsChangeTheirLength() {
        final String id = connect("ann/3/1");
        final String modified = ask("MDCX", "ann/3/1", "C: A1", "I: " + id, "L: p:30");
        assertTrue(modified.contains(" 1 IN IP4"), modified);
        assertTrue(modified.contains("a=ptime:30\r\n"), modified);
        assertEquals("p:30", value(ask("AUCX", "ann/3/1", "I: " + id, "F: L"), "L"));
        assertEquals("200 4 OK\r\n", ask("MDCX", "ann/3/1", "C: A1", "I: " + id, "L: e:off"));
        assertEquals("p:30, e:off", value(ask("AUCX", "ann/3/1", "I: " + id, "F: L"), "L"));
        ask("RQNT", "ann/3/1", "X: 1", "S: A/ann(long)");
        runFor(595 * MS);
        final java.util.List<byte[]> packets = client.take();
        assertEquals(20, packets.size());
        assertEquals(12 + 240, packets.get(7).length);
    }

    @Test
    void shouldDeleteAndTellWhatWasCarried() {
        final String id = connect("ann/3/5");
        assertEquals("200 2 OK\r\n", ask("RQNT", "ann/3/5", "X: 1", "S: A/ann(welcome)"));
        runFor(200 * MS);
        final int packets = client.take().size();
        assertEquals(5, packets);
        assertEquals(
                "250 3 OK\r\nP: PS=5, OS=800, PR=0, OR=0, PL=0, JI=0, LA=0\r\n",
                ask("DLCX", "ann/3/5", "C: A1", "I: " + id));
        assertEquals(0, gateway().sessions());
        assertEquals(0, meter.used());
        assertEquals("515 4 No such connection\r\n", ask("DLCX", "ann/3/5", "C: A1", "I: " + id));
        assertEquals(count("connections.opened"), count("connections.closed"));
    }

    @Test
    void shouldDeleteAllOfACallAnEndpointABlade() {
        connect("cnf/3/1");
        connect("cnf/3/1");
        askWithSdp(REMOTE, "CRCX", "cnf/3/1", "C: B2", "M: sendrecv");
        connect("ann/3/1");
        assertEquals("250 5 OK\r\n", ask("DLCX", "cnf/3/1", "C: a1"));
        assertEquals(2, gateway().sessions());
        assertEquals("250 6 OK\r\n", ask("DLCX", "cnf/3/1"));
        assertEquals(1, gateway().sessions());
        connect("ivr/3/9");
        assertEquals("250 8 OK\r\n", ask("DLCX", "ann/*"));
        assertEquals("250 9 OK\r\n", ask("DLCX", "*", "C: A1"));
        assertEquals(0, gateway().sessions());
        assertEquals(0, meter.used());
        assertEquals(500, code(ask("DLCX", "aaln/*")));
        assertEquals(500, code(ask("DLCX", "ann/$")));
    }

    /** RFC 3435 §2.4: every refusal by its code. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "CRCX|aaln/1|C: 1;M: recvonly|500",
                "CRCX|ann/4/1|C: 1;M: recvonly|500",
                "CRCX|ann/3/17|C: 1;M: recvonly|500",
                "CRCX|ann/3/0|C: 1;M: recvonly|500",
                "CRCX|ann/*|C: 1;M: recvonly|503",
                "CRCX|ann/$|M: recvonly|510",
                "CRCX|ann/$|C: xyz;M: recvonly|510",
                "CRCX|ann/$|C: 123456789012345678901234567890123;M: recvonly|510",
                "CRCX|ann/$|C: 1|510",
                "CRCX|ann/$|C: 1;M: conttest|517",
                "CRCX|ann/$|C: 1;M: foo/bar|518",
                "CRCX|ann/$|C: 1;M: sendrecv|527",
                "CRCX|ann/$|C: 1;M: sendonly|527",
                "CRCX|ann/$|C: 1;M: confrnce|527",
                "CRCX|ann/$|C: 1;M: netwloop|527",
                "CRCX|ann/$|C: 1;M: recvonly;L: a:G729|534",
                "CRCX|ann/$|C: 1;M: recvonly;L: a:PCMU, a:PCMA|524",
                "CRCX|ann/$|C: 1;M: recvonly;L: x+foo:1|525",
                "CRCX|ann/$|C: 1;M: recvonly;L: foo:1|541",
                "CRCX|ann/$|C: 1;M: recvonly;L: foo/bar:1|518",
                "CRCX|ann/$|C: 1;M: recvonly;L: nt:ATM|532",
                "CRCX|ann/$|C: 1;M: recvonly;L: e:maybe|532",
                "CRCX|ann/$|C: 1;M: recvonly;L: t:b8|532",
                "CRCX|ann/$|C: 1;M: recvonly;L: b:32|526",
                "CRCX|ann/$|C: 1;M: recvonly;X+Flower: Daisy|511",
                "CRCX|ann/$|C: 1;M: recvonly;X-Flower: Daisy|200",
                "CRCX|ann/$|C: 1;M: recvonly;I: 1|539",
                "CRCX|ann/$|C: 1;M: recvonly;Foo: 1|539",
                "CRCX|ann/$|C: 1;M: recvonly;C: 2|539",
                "CRCX|ann/$|C: 1;M: recvonly;foo/bar: 2|518",
                "CRCX|ann/$|C: 1;M: recvonly;N: ca@[192.0.2.1]|539",
                "CRCX|ann/$|C: 1;M: recvonly;N: @|510",
                "CRCX|ann/$|C: 1;M: recvonly;B: e:foo|539",
                "CRCX|ann/$|C: 1;M: recvonly;R: A/oc|510",
                "CRCX|ann/$|C: 1;M: recvonly;X: 1;S: A/ann@$(welcome)|527",
                "CRCX|ann/$|C: 1;M: recvonly;Z2: nobody/1@x|500",
                "MDCX|ann/3/1|C: 1;I: 1;M: recvonly|515",
                "MDCX|ann/$|C: 1;I: 1;M: recvonly|500",
                "MDCX|ann/3/1|C: 1|510",
                "AUCX|ann/3/1|F: C|510",
                "AUCX|ann/3/1|I: 1;F: C|515",
                "AUEP|$|F: A|500",
                "AUCX|ann/$|I: 1|500",
                "RQNT|ann/$|X: 1|500",
                "RQNT|ann/3/1|R: A/oc|510",
                "RQNT|ann/3/1|X: z|510",
                "EPCF|ann/3/1||510",
                "EPCF|ann/3/1|B: e:mu|200",
                "EPCF|*|B: e:A|200",
                "NTFY|ann/3/1|X: 1;O: A/oc|504",
                "RSIP|ann/3/1|RM: restart|504",
                "MESG|ann/3/1||504",
                "ABCD|ann/3/1||504",
            })
    void shouldRefuseWithTheCodeOfTheRfc(final String verb, final String endpoint, final String lines, final int code) {
        final String[] parameters = lines == null ? new String[0] : lines.split(";");
        final String response = ask(verb, endpoint, parameters);
        assertEquals(code, code(response), response);
        if (code >= 300) {
            assertEquals(0, gateway().sessions());
            assertEquals(0, meter.used());
            assertEquals(0, media.openSessions());
            assertTrue(response.matches("(?s)[0-9]+ [0-9]+ .{4,}"), "a reason is named: " + response);
        }
        if (code == 518) {
            assertTrue(response.contains("\r\nPL: A:1,G:1,D:1,R:1,B:0\r\n"), response);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v=0|509",
                "o=-|509",
                "v=0;o=- 1 1 IN IP4 127.0.0.1;s=-;t=0 0;m=audio 5000 RTP/AVP 0|509",
                "v=0;o=- 1 1 IN IP4 127.0.0.1;s=-;c=IN IP4 127.0.0.1;t=0 0;m=video 5000 RTP/AVP 31|505",
                "v=0;o=- 1 1 IN IP4 127.0.0.1;s=-;c=IN IP4 host.example;t=0 0;m=audio 5000 RTP/AVP 0|505",
                "v=0;o=- 1 1 IN IP6 ::1;s=-;c=IN IP6 ::1;t=0 0;m=audio 5000 RTP/AVP 0|505",
                "v=0;o=- 1 1 IN IP4 127.0.0.1;s=-;c=IN IP4 127.0.0.1;t=0 0;m=audio 5000 RTP/AVP 18|534",
            })
    void shouldRefuseDescriptionsItCannotUse(final String lines, final int code) {
        final String sdp = lines.replace(";", "\r\n") + "\r\n";
        assertEquals(code, code(askWithSdp(sdp, "CRCX", "ann/$", "C: 1", "M: sendrecv")));
        assertEquals(0, media.openSessions());
    }

    @Test
    void shouldHonourPreferencesAndPacketTimes() {
        final String response = askWithSdp(
                sdp(50_000, "8 0 101"), "CRCX", "ivr/$", "C: 1", "L: a:PCMU;PCMA;telephone-event, p:30", "M: sendrecv");
        assertTrue(response.contains("m=audio 40000 RTP/AVP 0 8 101\r\n"), response);
        assertTrue(response.contains("a=ptime:30\r\n"), response);
        final String theirs = askWithSdp(sdp(50_002, "8 0"), "CRCX", "ivr/$", "C: 1", "L: p:10-60", "M: sendrecv");
        assertTrue(theirs.contains("m=audio 40002 RTP/AVP 8 0\r\n"), theirs);
        assertTrue(theirs.contains("a=ptime:20\r\n"), theirs);
        assertEquals(534, code(askWithSdp(sdp(50_004, "8"), "CRCX", "ivr/$", "C: 1", "L: a:PCMU", "M: sendrecv")));
    }

    @Test
    void shouldKeepConnectionsOfAnotherCallAndTakeNoMoreThanAnEndpointHolds() {
        final String id = connect("ann/3/1");
        assertEquals(516, code(ask("MDCX", "ann/3/1", "C: B", "I: " + id, "M: inactive")));
        assertEquals(516, code(ask("DLCX", "ann/3/1", "C: B", "I: " + id)));
        assertEquals(540, code(ask("CRCX", "ann/3/1", "C: A1", "M: inactive")));
        assertEquals(1, gateway().sessions());
    }

    @Test
    void shouldSayWhenNothingIsLeft() {
        for (int i = 0; i < 16; i++) {
            assertEquals(200, code(ask("CRCX", "ann/$", "C: 1", "M: inactive")));
        }
        assertEquals(410, code(ask("CRCX", "ann/$", "C: 1", "M: inactive")));
        assertEquals(403, code(ask("CRCX", "ivr/$", "C: 1", "M: inactive")), "no port is free");
        assertTrue(gateway().isFull());
        assertEquals(16, meter.used());
        assertEquals(250, code(ask("DLCX", "*")));
        assertEquals(0, meter.used());
    }

    @Test
    void shouldBookTheUnitsOfTheFrame() {
        assertEquals(200, code(only(sendByFabric(command("CRCX", "cnf/$", "C: 1", "M: inactive"), 40))));
        assertEquals(40, meter.used());
        for (int i = 0; i < 4; i++) {
            assertEquals(200, code(ask("CRCX", "cnf/3/1", "C: 1", "M: inactive")));
        }
        assertEquals(40, meter.used(), "legs use what the conference holds");
        assertEquals(200, code(only(sendByFabric(command("CRCX", "ivr/$", "C: 1", "M: inactive"), 60))));
        assertEquals(403, code(ask("CRCX", "ann/$", "C: 1", "M: inactive")), "no units are free");
        ask("DLCX", "*");
        assertEquals(0, meter.used());
    }

    @Test
    void shouldJoinTwoEndpointsOfTheBlade() {
        final String response = ask("CRCX", "ann/$", "C: 1", "L: nt:LOCAL", "M: sendrecv", "Z2: ivr/$@" + DOMAIN);
        assertEquals(200, code(response), response);
        assertEquals("ann/3/1@ms.example.net:2446", value(response, "Z"));
        assertEquals("ivr/3/1@ms.example.net:2446", value(response, "Z2"));
        assertTrue(response.contains("c=LOCAL EPN ann/3/1\r\n"), response);
        assertTrue(response.contains("m=audio 0 LOCAL 0\r\n"), response);
        ask("RQNT", "ivr/3/1", "X: 2", "R: D/[0-9](N), R/ma(N)");
        ask("RQNT", "ann/3/1", "X: 1", "S: A/ann(welcome)");
        final List<String> notified = runFor(200 * MS);
        assertEquals("R/ma@" + value(response, "I2"), value(notified.get(0), "O"), notified.toString());
        final String deleted = ask("DLCX", "ivr/3/1", "C: 1", "I: " + value(response, "I2"));
        assertTrue(deleted.contains("PR=5, OR=800, PL=0"), deleted);
    }

    @Test
    void shouldRedirectAsItIsToldTo() {
        redirect = MgcpRedirect.RELAY;
        assertEquals("ann/3/1@ms.example.net", value(ask("CRCX", "ann/$", "C: 1", "M: inactive"), "Z"));
    }

    @Test
    void shouldAnswerForEveryBladeOverTheFabric() {
        connect("ann/3/1");
        connect("ivr/3/2");
        assertEquals(List.of(), sendFrame(FrameType.EVERY_BLADE, "AUEP 77 *@ms.example.net MGCP 1.0\r\n", 0));
        assertEquals(List.of("200Z: ann/3/1@ms.example.net:2446\r\nZ: ivr/3/2@ms.example.net:2446\r\n"), parts);
        sendFrame(FrameType.EVERY_BLADE, "AUEP 77 *@ms.example.net MGCP 1.0\r\n", 0);
        assertEquals(parts.get(0), parts.get(1), "a copy gets a copy");
        sendFrame(FrameType.EVERY_BLADE, "DLCX 78 *@ms.example.net MGCP 1.0\r\n", 0);
        assertEquals("250", parts.get(2));
        assertEquals(0, gateway().sessions());
        assertEquals(0, sendFrame(FrameType.ACKNOWLEDGED, "1-2", 0).size());
        assertEquals(2, count("responses.confirmed"));
    }

    @Test
    void shouldAnswerProvisionallyWhatTakesTime() {
        executionDelayNs = 500 * MS;
        final String crcx = command("CRCX", "ann/$", "C: 1", "M: inactive");
        final String first = only(send(crcx));
        assertEquals(100, code(first));
        assertTrue(first.contains("m=audio 40000"), "what is known is told: " + first);
        assertEquals("100 1 Executing\r\n", only(send(crcx)));
        assertEquals(400, code(ask("MDCX", "ann/3/1", "C: 1", "I: " + value(first, "I"), "M: inactive")));
        final List<String> later = runFor(600 * MS);
        final String last = later.get(0);
        assertEquals(200, code(last));
        assertEquals("", value(last, "K"));
        assertEquals(first.substring(first.indexOf("I: ")), last.substring(last.indexOf("I: ")));
        assertEquals(last, runFor(SECOND).get(0), "again, until it is acknowledged");
        send("000 1\r\n");
        assertEquals(List.of(), runFor(20 * SECOND));
        assertEquals(last, only(send(crcx)));
    }

    @Test
    void shouldAbortWhatIsPendingWhenItIsDeleted() {
        executionDelayNs = 500 * MS;
        final String crcx = command("CRCX", "ann/$", "C: 1", "M: inactive");
        send(crcx);
        final List<String> responses = send(command("DLCX", "ann/3/1", "C: 1"));
        assertEquals(407, code(responses.get(0)), responses.toString());
        assertEquals(250, code(responses.get(1)), responses.toString());
        assertEquals(0, gateway().sessions());
        assertEquals(407, code(only(send(crcx))));
        send("000 1\r\n");
        assertEquals(List.of(), runFor(SECOND));
    }
}
