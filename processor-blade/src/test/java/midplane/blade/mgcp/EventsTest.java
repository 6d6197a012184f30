package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import midplane.blade.media.MemoryNetwork;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RQNT and NTFY: what is asked for is played, heard, gathered and told. */
class EventsTest extends GatewayTest {
    private int rtpSequence = 100;
    private int rtpTimestamp = 10_000;

    @Test
    void shouldPlayAnAnnouncementAndTellOfItsEnd() {
        connect("ann/3/1");
        assertEquals("200 2 OK\r\n", ask("RQNT", "ann/3/1", "X: A1F", "R: A/oc(N),A/of(N)", "S: A/ann(welcome)"));
        final String notify = only(runFor(120 * MS));
        assertTrue(
                notify.matches(
                        "NTFY [0-9]+ ann/3/1@ms\\.example\\.net:2446 MGCP 1\\.0\r\nX: A1F\r\nO: A/oc\\(A/ann\\)\r\n"),
                notify);
        final List<byte[]> packets = client.take();
        assertEquals(5, packets.size());
        answer(notify, 200);
        assertEquals(List.of(), runFor(60 * SECOND), "an answered Notify is not repeated");
    }

    @Test
    void shouldTellTheNotifiedEntityAndRepeatItsName() {
        connect("ann/3/1");
        ask("RQNT", "ann/3/1", "N: ca@[127.0.0.1]:2728", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        assertEquals(List.of(), runFor(120 * MS));
        final String notify = only(received(otherAgent));
        assertEquals("ca@[127.0.0.1]:2728", value(notify, "N"));
        sendFrom(otherAgent, "200 " + notify.split(" ")[1] + "\r\n");
        ask("RQNT", "ann/3/1", "X: 2", "R: A/oc", "S: A/ann(welcome)");
        runFor(120 * MS);
        final String second = only(received(otherAgent));
        assertNull(value(second, "N"), "only what the request said is repeated");
        sendFrom(otherAgent, "200 " + second.split(" ")[1] + "\r\n");
        ask("RQNT", "ann/3/1", "N:", "X: 3", "R: A/oc", "S: A/ann(welcome)");
        assertEquals(1, runFor(120 * MS).size(), "an empty name goes back to who asks");
    }

    @Test
    void shouldTakeANameForTheHostOfItsSender() {
        connect("ann/3/1");
        ask("RQNT", "ann/3/1", "N: ca@ca1.whatever.net:2728", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        runFor(120 * MS);
        assertEquals("ca@ca1.whatever.net:2728", value(only(received(otherAgent)), "N"));
    }

    @Test
    void shouldStopWhenAskedToAndGoOnWhenAskedAgain() {
        connect("ann/3/1");
        ask("RQNT", "ann/3/1", "X: 1", "R: A/oc", "S: A/ann(long)");
        runFor(400 * MS);
        assertEquals(20, client.take().size(), 1);
        ask("RQNT", "ann/3/1", "X: 2", "R: A/oc", "S: A/ann(long)");
        final String notify = only(runFor(700 * MS));
        assertEquals("2", value(notify, "X"), "the same signal goes on, under the new request");
        answer(notify, 200);
        ask("RQNT", "ann/3/1", "X: 3", "R: A/oc", "S: A/ann(long)");
        runFor(100 * MS);
        client.take();
        ask("RQNT", "ann/3/1", "X: 4", "S:");
        assertEquals(List.of(), runFor(2 * SECOND));
        assertEquals(0, client.take().size());
    }

    @Test
    void shouldPlayOnAConnectionWhateverItsMode() {
        final String id = connect("ann/3/1");
        ask("MDCX", "ann/3/1", "C: A1", "I: " + id, "M: inactive");
        ask("RQNT", "ann/3/1", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        answer(only(runFor(120 * MS)), 200);
        assertEquals(0, client.take().size());
        ask("RQNT", "ann/3/1", "X: 2", "R: A/oc", "S: A/ann@" + id + "(welcome)");
        final String notify = only(runFor(120 * MS));
        assertEquals("A/oc(A/ann@" + id + ")", value(notify, "O"));
        assertEquals(5, client.take().size());
    }

    @Test
    void shouldFailASignalWhoseConnectionGoes() {
        final String id = connect("ann/3/1");
        ask("RQNT", "ann/3/1", "X: 1", "R: A/oc,A/of", "S: A/ann@" + id + "(welcome)");
        final List<String> answers = send(command("DLCX", "ann/3/1", "C: A1", "I: " + id));
        assertEquals(250, code(answers.get(0)), "the response comes first: " + answers);
        assertEquals("A/of(A/ann@" + id + ",\"connection deleted\")", value(answers.get(1), "O"), answers.toString());
    }

    @Test
    void shouldLetASignalRunItsTimeWithNobodyToHearIt() {
        ask("RQNT", "ann/3/7", "X: 1", "R: A/oc", "S: A/ann(welcome)");
        assertEquals(List.of(), runFor(90 * MS));
        assertEquals("A/oc(A/ann)", value(only(runFor(20 * MS)), "O"));
    }

    @Test
    void shouldPlayWhatWasAskedForBeforeTheConnectionCame() {
        ask("RQNT", "ann/3/7", "X: 1", "R: A/oc", "S: A/ann(long)");
        runFor(500 * MS);
        connect("ann/3/7");
        assertEquals(List.of(), runFor(900 * MS), "it begins anew for who can hear it");
        answer(only(runFor(200 * MS)), 200);
        assertEquals(50, client.take().size());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ann/3/1|R: A/foo|522",
                "ann/3/1|R: L/hd|518",
                "ann/3/1|R: AU/oc|518",
                "ivr/3/1|R: AU/oc(Z)|523",
                "ivr/3/1|R: AU/oc(N,A)|523",
                "ivr/3/1|R: AU/oc(S)|523",
                "ivr/3/1|R: AU/oc(N,E(S(A/ann(welcome))))|523",
                "ivr/3/1|R: AU/oc(E(R(AU/of(E(S(A/ann(welcome)))))))|523",
                "ivr/3/1|R: D/[0-9](D)|519",
                "ivr/3/1|R: G/ft|512",
                "ivr/3/1|R: AU/oc, AU/oc|510",
                "ivr/3/1|R: AU/oc(|510",
                "ivr/3/1|R: D/1@ABC|515",
                "ivr/3/1|R: R/ma@$|515",
                "ivr/3/1|R: AU/oc(N)(foo)|538",
                "ivr/3/1|Q: maybe|508",
                "ivr/3/1|D: (12|510",
                "ivr/3/1|D: (1Q)|537",
                "ann/3/1|S: A/ann(nowhere)|514",
                "ann/3/1|S: A/ann|538",
                "ann/3/1|S: A/bla|522",
                "ann/3/1|S: A/oc|522",
                "ivr/3/1|S: AU/pr(ip=22)|513",
                "ivr/3/1|S: AU/pa(it=3)|538",
                "ivr/3/1|S: AU/pa(an=welcome)|538",
                "ivr/3/1|S: AU/pc(mx=5 mn=7)|538",
                "ivr/3/1|S: AU/pc(foo=5)|538",
                "ivr/3/1|S: D/dd(dg=5)|513",
                "ivr/3/1|S: G/rt(to=abc)|538",
                "ivr/3/1|S: A/ann(welcome), AU/pa(an=39)|403",
                "ivr/3/1|S: A/ann(welcome), A/ann(welcome)|510",
                "ivr/3/1|S: R/co1|538",
                "ivr/3/1|S: L/rg|518",
            })
    void shouldRefuseRequestsWithTheCodeOfTheRfc(final String endpoint, final String line, final int code) {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 77", "R: D/1(N)");
        final String response = ask("RQNT", endpoint, "X: 1", line);
        assertEquals(code, code(response), response);
        press(1, 160);
        assertEquals("77", value(only(runFor(40 * MS)), "X"), "the request before is still in force");
    }

    @Test
    void shouldTellOfEveryKeyInALoop() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "Q: loop", "R: D/[0-9#*](N)");
        press(4, 160);
        final String first = only(runFor(20 * MS));
        assertEquals("D/4", value(first, "O"));
        press(10, 160);
        press(11, 160);
        assertEquals(List.of(), runFor(40 * MS), "in quarantine while a Notify is under way");
        final List<String> second = answer(first, 200);
        assertEquals("D/*", value(only(second), "O"));
        assertEquals("D/#", value(only(answer(second.get(0), 200)), "O"));
        assertEquals("ns", value(ask("AUEP", "ivr/3/1", "F: B/NS"), "B/NS"));
    }

    @Test
    void shouldTellOnceInStepAndKeepTheRestForTheNextRequest() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: D/x(N)");
        press(1, 160);
        answer(only(runFor(20 * MS)), 200);
        assertEquals("ls", value(ask("AUEP", "ivr/3/1", "F: B/NS"), "B/NS"));
        press(2, 160);
        press(3, 160);
        assertEquals(List.of(), runFor(100 * MS));
        final List<String> next = send(command("RQNT", "ivr/3/1", "X: 2", "R: D/x(N)"));
        assertEquals(2, next.size(), next.toString());
        assertEquals(200, code(next.get(0)), "the response comes first: " + next);
        final String notify = next.get(1);
        assertEquals("D/2", value(notify, "O"));
        answer(notify, 200);
        ask("RQNT", "ivr/3/1", "X: 3", "Q: discard", "R: D/x(N)");
        assertEquals(List.of(), runFor(100 * MS), "3 was to be forgotten");
    }

    @Test
    void shouldSendUnansweredNotifiesAgainBeforeANewOne() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: D/x(N)");
        press(1, 160);
        final String first = only(runFor(20 * MS));
        ask("RQNT", "ivr/3/1", "X: 2", "R: D/x(N)");
        press(2, 160);
        final String both = only(runFor(20 * MS));
        assertTrue(both.startsWith(first + ".\r\nNTFY "), both);
        assertTrue(both.endsWith("X: 2\r\nO: D/2\r\n"), both);
    }

    @Test
    void shouldCollectByDigitMap() {
        connect("ivr/3/1");
        ask(
                "RQNT",
                "ivr/3/1",
                "X: 1",
                "D: (0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)",
                "R: D/[0-9#*T](D)");
        for (final int key : new int[] {1, 2, 3}) {
            press(key, 160);
            assertEquals(List.of(), runFor(200 * MS));
        }
        press(4, 160);
        final String notify = only(runFor(20 * MS));
        assertEquals("D/1, D/2, D/3, D/4", value(notify, "O"));
        answer(notify, 200);
        ask("RQNT", "ivr/3/1", "X: 2", "R: D/[0-9#*T](D)");
        press(0, 160);
        assertEquals(List.of(), runFor(3900 * MS), "critical timing");
        final String timed = only(runFor(200 * MS));
        assertEquals("D/0, D/T", value(timed, "O"));
        answer(timed, 200);
        ask("RQNT", "ivr/3/1", "X: 3", "R: D/[0-9#*T](D)");
        press(8, 160);
        assertEquals(List.of(), runFor(15_900 * MS), "partial timing");
        assertEquals("D/8, D/T", value(only(runFor(200 * MS)), "O"), "an impossible match is told, too");
    }

    @Test
    void shouldRunEmbeddedRequests() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 9", "R: D/1(A,E(R(A/oc(N),D/2(N)),S(A/ann(welcome))))");
        press(1, 160);
        assertEquals(List.of(), runFor(40 * MS));
        assertEquals("A/ann(welcome)", value(ask("AUEP", "ivr/3/1", "F: S"), "S"));
        final String notify = only(runFor(120 * MS));
        assertEquals("9", value(notify, "X"));
        assertEquals("D/1, A/oc(A/ann)", value(notify, "O"));
    }

    @Test
    void shouldStopSignalsAtAnEventUnlessTheyAreToBeKept() {
        connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: D/1(I),D/2(K,I),A/oc", "S: A/ann(longer)");
        press(2, 160);
        runFor(100 * MS);
        client.take();
        runFor(100 * MS);
        assertEquals(5, client.take().size());
        press(1, 160);
        runFor(40 * MS);
        client.take();
        runFor(100 * MS);
        assertEquals(0, client.take().size());
    }

    @Test
    void shouldTellOfMediaSilenceAndLongKeys() {
        final String id = connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "Q: loop", "R: R/ma@*(N), R/rto@" + id + "(N)(5,st=im), D/L(N)");
        press(7, 16_000);
        final List<String> told = runFor(40 * MS);
        assertEquals("R/ma@" + id, value(told.get(0), "O"));
        final String second = only(answer(told.get(0), 200));
        assertEquals("D/L", value(second, "O"));
        answer(second, 200);
        assertEquals(List.of(), runFor(4900 * MS));
        assertEquals("R/rto@" + id + "(5)", value(runFor(200 * MS).get(0), "O"));
    }

    @Test
    void shouldSoundTonesForTheirTime() {
        final String id = connect("ivr/3/1");
        ask("RQNT", "ivr/3/1", "X: 1", "R: G/oc", "S: G/rt@" + id + "(to=1000)");
        final List<String> told = runFor(1100 * MS);
        assertEquals("G/oc(G/rt@" + id + ")", value(only(told), "O"));
        assertEquals(50, client.take().size(), 1);
        answer(told.get(0), 200);
        ask("RQNT", "ivr/3/1", "X: 2", "S: D/5, D/6");
        runFor(SECOND);
        assertEquals(16, client.take().size(), "two keys of 160 ms, one after the other");
    }

    @Test
    void shouldAnswerAudits() {
        final String id = connect("ivr/3/1");
        ask(
                "RQNT",
                "ivr/3/1",
                "N: ca@[127.0.0.1]:2727",
                "X: 1A",
                "D: (xx|#)",
                "R: D/[0-9#](D), AU/oc(N)",
                "S: AU/pa(an=21)",
                "Q: loop",
                "T: D/[0-9]",
                "B: e:mu");
        assertEquals(
                "200 3 OK\r\nR: D/[0-9#](D), AU/oc(N)\r\nD: (xx|#)\r\nS: AU/pa(an=21)\r\nX: 1A\r\n"
                        + "N: ca@[127.0.0.1]:2727\r\nI: " + id
                        + "\r\nT: D/[0-9]\r\nO: \r\nES: \r\nQ: loop\r\nB: e:mu\r\n"
                        + "RM: restart\r\nRD: 0\r\nE: 000\r\nPL: AU:0,A:1,G:1,D:1,R:1,B:0\r\nMD: 65507\r\n",
                ask("AUEP", "ivr/3/1", "F: R,D,S,X,N,I,T,O,ES,Q,B,RM,RD,E,PL,MD,FOO"));
        assertEquals("200 4 OK\r\n", ask("AUEP", "ivr/3/1"));
        assertEquals(
                "a:PCMU;PCMA;telephone-event, p:10-100, e:on, s:on, gc:0, t:0, nt:IN;LOCAL, v:AU;A;G;D;R;B, "
                        + "m:sendonly;recvonly;sendrecv;confrnce;inactive;loopback;netwloop;netwtest",
                value(ask("AUEP", "ivr/3/1", "F: A"), "A"));
        final String audited = ask("AUCX", "ivr/3/1", "I: " + id, "F: C,N,L,M,P,LC,RC");
        assertTrue(
                audited.startsWith("200 6 OK\r\nC: A1\r\nN: ca@[127.0.0.1]:2727\r\nL: \r\nM: sendrecv\r\nP: PS="),
                audited);
        assertEquals(2, audited.split("\r\n\r\nv=0\r\n", -1).length - 1, audited);
        assertTrue(audited.endsWith(REMOTE), audited);
        assertEquals(
                "200 7 OK\r\n\r\nv=0\r\n",
                ask("AUCX", "ivr/3/1", "I: " + id, "F: RC").replaceAll("(?s)o=.*", ""));
        assertEquals("200 8 OK\r\nZ: ivr/3/1@ms.example.net:2446\r\n", ask("AUEP", "*"));
        assertEquals("200 9 OK\r\n", ask("AUEP", "ann/*"));
    }

    @Test
    void shouldAnswerTheTonesOfAContinuityTest() {
        final String tested = connect("ann/3/1");
        ask("MDCX", "ann/3/1", "C: A1", "I: " + tested, "M: netwtest");
        final String tester = value(askWithSdp(sdp(40_000, "0"), "CRCX", "ivr/3/1", "C: A1", "M: sendrecv"), "I");
        askWithSdp(sdp(40_002, "0"), "MDCX", "ann/3/1", "C: A1", "I: " + tested);
        ask("RQNT", "ivr/3/1", "X: 1", "R: R/oc", "S: R/co1@" + tester + "(to=1000)");
        runFor(1200 * MS);
        final String sent = ask("DLCX", "ivr/3/1", "C: A1", "I: " + tester);
        assertTrue(sent.matches("(?s).*P: PS=5[01], OS=[0-9]+, PR=(4[5-9]|5[0-4]), .*PL=0.*"), sent);
    }

    @Test
    void shouldSendBackWhatComesFromTheNetwork() {
        final String mode = "netwloop";
        final String id = connect("ann/3/1");
        ask("MDCX", "ann/3/1", "C: A1", "I: " + id, "M: " + mode);
        for (int i = 0; i < 5; i++) {
            say(client, 40_000);
            runFor(20 * MS);
        }
        runFor(40 * MS);
        assertEquals(5, client.take().size());
        ask("MDCX", "ann/3/1", "C: A1", "I: " + id, "M: sendrecv");
        say(client, 40_000);
        runFor(40 * MS);
        assertEquals(0, client.take().size());
        assertTrue(ask("DLCX", "ann/3/1", "C: A1", "I: " + id).contains("PS=5, OS=800, PR=6, OR=960, PL=0"));
    }

    @Test
    void shouldRelayBetweenTwoConnections() {
        final MemoryNetwork.Port far = bind(50_010);
        final String one = connect("pe/3/1");
        final String other = value(askWithSdp(sdp(50_010, "8"), "CRCX", "pe/3/1", "C: A1", "M: sendrecv"), "I");
        for (int i = 0; i < 5; i++) {
            say(client, 40_000);
            runFor(20 * MS);
        }
        runFor(40 * MS);
        assertEquals(5, far.take().size());
        ask("DLCX", "pe/3/1", "C: A1", "I: " + other);
        say(client, 40_000);
        runFor(40 * MS);
        assertEquals(0, far.take().size());
        assertEquals(0, client.take().size());
        assertEquals(250, code(ask("DLCX", "pe/3/1", "C: A1", "I: " + one)));
    }

    @Test
    void shouldMixAConference() {
        final MemoryNetwork.Port far = bind(50_010);
        connect("cnf/3/room1");
        final String second = value(askWithSdp(sdp(50_010, "0"), "CRCX", "cnf/room1", "C: B1", "M: confrnce"), "Z");
        assertEquals("cnf/3/room1@ms.example.net:2446", second);
        for (int i = 0; i < 20; i++) {
            say(client, 40_000);
            runFor(20 * MS);
        }
        final List<byte[]> heard = far.take();
        assertTrue(heard.size() > 10, "heard " + heard.size());
        assertTrue(heard.stream().anyMatch(packet -> packet[100] != (byte) 0xFF), "and not silence");
        assertEquals(250, code(ask("DLCX", "cnf/3/room1")));
        assertEquals(0, media.openSessions());
    }

    /** A key by RFC 4733: one packet that begins it and one that ends it. */
    private void press(final int event, final int duration) {
        rtpTimestamp += 8000;
        for (final boolean ends : new boolean[] {false, true}) {
            final byte[] packet = ByteBuffer.allocate(16)
                    .put((byte) 0x80)
                    .put((byte) (101 | (ends ? 0 : 0x80)))
                    .putShort((short) rtpSequence++)
                    .putInt(rtpTimestamp)
                    .putInt(77)
                    .put((byte) event)
                    .put((byte) (ends ? 0x8A : 0x0A))
                    .putShort((short) duration)
                    .array();
            client.send(packet, 40_000);
        }
    }

    private void say(final MemoryNetwork.Port from, final int port) {
        final byte[] packet = new byte[172];
        ByteBuffer.wrap(packet)
                .put((byte) 0x80)
                .put((byte) 0)
                .putShort((short) rtpSequence++)
                .putInt(rtpTimestamp)
                .putInt(77);
        rtpTimestamp += 160;
        for (int i = 12; i < 172; i++) {
            packet[i] = (byte) (i % 2 == 0 ? 0x10 : 0x90);
        }
        from.send(packet, port);
    }
}
