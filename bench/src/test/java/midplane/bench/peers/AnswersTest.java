package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import midplane.bench.peers.WireClient.Incoming;
import midplane.testing.Conforms;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller is told, seen from outside. One chassis serves all tests, as it does callers. */
@Tag("peers")
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AnswersTest {
    private ChassisProcess chassis;
    private WireClient client;

    @BeforeAll
    void launch(final TestInfo test) {
        final Path folder = Scratch.of(test);
        chassis = ChassisProcess.launch(folder, "midplane.sip.t1=50ms", "midplane.sip.t2=400ms");
    }

    @AfterAll
    void stop() {
        try (ChassisProcess stopping = chassis) {
            stopping.stop();
        }
    }

    @BeforeEach
    void open() {
        client = new WireClient();
    }

    @AfterEach
    void close() {
        client.close();
    }

    @ParameterizedTest
    @CsvSource({
        // RFC 4240 §2: a service nobody offers; §3: an announcement must be named, and be there.
        "nobody, 488",
        // §5: a conference must have a name.
        "conf, 404",
        "conf=, 404",
        "annc, 400",
        "annc;play=no-such-prompt, 404",
        "annc;play=, 400",
        // Out of the prompts root there is nothing for anybody.
        "annc;play=../../../../etc/passwd, 40[34]",
        "annc;play=%2e%2e%2f%2e%2e%2fetc%2fpasswd, 40[34]",
        "annc;play=/etc/passwd, 40[34]",
        "annc;play=file:///etc/passwd, 40[34]",
        "annc;play=file:///../../etc/passwd, 40[34]",
        "annc;play=file%3A%2F%2F%2Fetc%2Fpasswd, 40[34]",
        "annc;play=http://127.0.0.1/x.wav, 40[034]",
        "annc;play=tone-440%00.wav, 40[034]"
    })
    @Conforms({"RFC 4240 §2", "RFC 4240 §3"})
    void shouldRefuseACallItCannotServe(final String userAndParameters, final String status) {
        final String[] parts = userAndParameters.split(";", 2);
        final SipRequest invite =
                SipRequest.invite("sip:" + parts[0] + "@127.0.0.1" + (parts.length > 1 ? ";" + parts[1] : ""), client);
        final Incoming refusal = client.exchange(invite, chassis.port());
        assertTrue(Integer.toString(refusal.status()).matches(status), refusal::text);
        assertFalse(refusal.text().contains("/etc/"), () -> "tells nothing of the machine: " + refusal.text());

        acknowledge(invite, refusal);
    }

    @ParameterizedTest
    @ValueSource(strings = {"REGISTER", "MESSAGE", "PUBLISH", "SUBSCRIBE"})
    @Conforms({"RFC 3261 §8.2.1", "S13"})
    void shouldSayWhichMethodsItAllows(final String method) {
        final Incoming refusal = client.exchange(SipRequest.of(method, "sip:127.0.0.1", client), chassis.port());
        assertEquals(405, refusal.status(), refusal::text);
        assertTrue(refusal.header("Allow").contains("INVITE"), refusal::text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"BYE", "CANCEL", "INFO", "UPDATE", "PRACK"})
    @Conforms({"S13", "S2"})
    void shouldKnowNothingOfADialogItNeverHad(final String method) {
        assertEquals(
                481,
                client.exchange(SipRequest.of(method, "sip:echo@127.0.0.1", client), chassis.port())
                        .status());
        assertEquals(
                481,
                client.exchange(
                                SipRequest.of(method, "sip:echo@127.0.0.1", client)
                                        .withTo("<sip:echo@127.0.0.1>;tag=never-was-one-of-ours"),
                                chassis.port())
                        .status());
    }

    @Test
    @Conforms("S3")
    void shouldKeepSilentToAnAckOfNothing() {
        client.send(SipRequest.of("ACK", "sip:echo@127.0.0.1", client).text(), chassis.port());
        client.send(
                SipRequest.of("ACK", "sip:echo@127.0.0.1", client)
                        .withTo("<sip:echo@127.0.0.1>;tag=never-was-one-of-ours")
                        .text(),
                chassis.port());
        client.send(SipRequest.of("ACK", "sip:echo@127.0.0.1", client).text(), chassis.bladePort(0));
        assertTrue(client.hearsNothing());
    }

    @Test
    @Conforms({"RFC 3261 §11.2", "S13"})
    void shouldTellItsCapabilities() {
        final Incoming answer = client.exchange(SipRequest.of("OPTIONS", "sip:127.0.0.1", client), chassis.port());
        assertEquals(200, answer.status(), answer::text);
        for (final String header : new String[] {"Allow", "Accept"}) {
            assertFalse(answer.header(header).isEmpty(), () -> header + " in " + answer.text());
        }
        assertEquals(chassis.port(), answer.port());
    }

    @Test
    @Conforms({"RFC 3261 §8.2.2.3", "S19"})
    void shouldRefuseAnExtensionItDoesNotKnow() {
        final SipRequest invite =
                SipRequest.invite("sip:echo@127.0.0.1", client).with("Require: midair-refuelling");
        final Incoming refusal = client.exchange(invite, chassis.port());
        assertEquals(420, refusal.status(), refusal::text);
        assertEquals("midair-refuelling", refusal.header("Unsupported"), refusal::text);
        acknowledge(invite, refusal);
    }

    @Test
    @Conforms({"RFC 3261 §8.2.3", "S19"})
    void shouldRefuseABodyItCannotRead() {
        final SipRequest request = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming refusal = client.exchange(
                request, request.text().replace("application/sdp", "application/x-tea-leaves"), chassis.port());
        assertEquals(415, refusal.status(), refusal::text);
        assertEquals("application/sdp, multipart/mixed", refusal.header("Accept"), refusal::text);
        acknowledge(request, refusal);
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.3")
    void shouldRefuseCodecsItDoesNotHave() {
        final SipRequest request = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming refusal = client.exchange(
                request,
                request.text().replace("RTP/AVP 0\r\na=rtpmap:0 PCMU/8000", "RTP/AVP 96\r\na=rtpmap:96 XYZW/8000"),
                chassis.port());
        assertEquals(488, refusal.status(), refusal::text);
        acknowledge(request, refusal);
    }

    @Test
    @Conforms({"RFC 3581 §4", "S6", "S7"})
    void shouldAnswerFromTheBladeUnlessAskedForRport() {
        final SipRequest withRport = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming fromWellKnownPort = client.exchange(withRport, chassis.port());
        assertEquals(200, fromWellKnownPort.status(), fromWellKnownPort::text);
        assertEquals(chassis.port(), fromWellKnownPort.port(), "RFC 3581 §4");
        assertTrue(fromWellKnownPort.header("Via").contains("rport=" + client.port()), fromWellKnownPort::text);
        assertTrue(fromWellKnownPort.header("Via").contains("received=127.0.0.1"), fromWellKnownPort::text);
        hangUp(withRport, fromWellKnownPort);

        final SipRequest withoutRport =
                SipRequest.invite("sip:echo@127.0.0.1", client).withoutRport();
        final Incoming fromBlade = client.exchange(withoutRport, chassis.port());
        assertEquals(200, fromBlade.status(), fromBlade::text);
        assertEquals(contactPort(fromBlade), fromBlade.port());
        assertTrue(chassis.isBladePort(fromBlade.port()), fromBlade::text);
        hangUp(withoutRport, fromBlade);
    }

    @Test
    @Conforms({"RFC 3261 §8.2.2.2", "S1", "S4"})
    void shouldGiveACopyOfAnInviteTheSameAnswerAndAMergedOneNone() {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming first = client.exchange(invite, chassis.port());
        final Incoming second = client.exchange(invite, chassis.port());
        assertEquals(first.header("To"), second.header("To"));
        assertEquals(first.header("Contact"), second.header("Contact"));

        // RFC 3261 §8.2.2.2: the same request by another way.
        final SipRequest merged = invite.withBranch(invite.branch() + "-by-another-way");
        Incoming answer = client.exchange(merged, chassis.port());
        while (!answer.header("Via").contains("by-another-way")) {
            answer = client.exchange(merged, chassis.port());
        }
        assertEquals(482, answer.status(), answer::text);
        client.send(merged.ofSameTransaction("ACK", answer.header("To")).text(), chassis.port());
        hangUp(invite, first);
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldRepeatThe200UntilTheAckAndNoLonger() {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming first = client.exchange(invite, chassis.port());
        final Incoming repeat = client.finalResponse(invite);
        assertEquals(first.text(), repeat.text());
        client.send(invite.inDialog("ACK", first).text(), contactPort(first));
        while (!client.hearsNothing()) {
            // What was under way when the ACK arrived.
        }
        assertEquals(
                200,
                client.exchange(invite.inDialog("BYE", first), contactPort(first))
                        .status());
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldHangUpOnACallerWhoNeverAcknowledges() {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming ok = client.exchange(invite, chassis.port());
        // RFC 3261 §13.3.1.4: after 64·T1 without ACK the dialog is ended by a BYE.
        final Incoming bye = client.request("BYE", Duration.ofMillis(64 * 50).plusSeconds(10));
        assertEquals(invite.callId(), bye.header("Call-ID"));
        assertEquals(ok.port() == chassis.port() ? contactPort(ok) : ok.port(), bye.port(), "from the blade");
        client.send(answerTo(bye), bye.port());
        // The late ACK of a call that is over is absorbed, and so is a late BYE answered.
        client.send(invite.inDialog("ACK", ok).text(), contactPort(ok));
        assertEquals(
                481,
                client.exchange(invite.inDialog("BYE", ok), contactPort(ok)).status());
    }

    @Test
    @Conforms("RFC 4240 §3")
    void shouldHangUpWhenTheAnnouncementIsOver() {
        final SipRequest invite = SipRequest.invite("sip:annc@127.0.0.1;play=tone-440;duration=200", client);
        final Incoming ok = client.exchange(invite, chassis.port());
        client.send(invite.inDialog("ACK", ok).text(), contactPort(ok));
        final Incoming bye = client.request("BYE", Duration.ofSeconds(10));
        client.send(answerTo(bye), bye.port());
        // A BYE that crosses ours on the way belongs to a dialog that is over.
        final Incoming late = client.exchange(invite.inDialog("BYE", ok), contactPort(ok));
        assertTrue(late.status() == 481 || late.status() == 200, late::text);
    }

    @Test
    @Conforms("RFC 3261 §9.2")
    void shouldRefuseAnAnswerThatCannotBeCancelledAnyMore() {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", client);
        final Incoming ok = client.exchange(invite, chassis.port());
        // RFC 3261 §9.2: a final response was given, so CANCEL changes nothing but is answered 200.
        final Incoming cancelled =
                client.exchange(invite.ofSameTransaction("CANCEL", "<sip:service@127.0.0.1>"), chassis.port());
        assertEquals(200, cancelled.status(), cancelled::text);
        hangUp(invite, ok);
    }

    @ParameterizedTest
    @CsvSource({
        "Call-ID, Missing Call-ID",
        "From, Missing From",
        "To, Missing To",
        "CSeq, Missing CSeq",
    })
    @Conforms("RFC 3261 §8.2.6.2")
    void shouldKeepSilentWhereAnAnswerCouldNotBeWritten(final String header, final String fault) {
        final String text = SipRequest.invite("sip:echo@127.0.0.1", client).text();
        client.send(text.replaceFirst("(?m)^" + header + ": .*\r\n", ""), chassis.port());
        final Incoming answer = client.receive(Duration.ofMillis(300));
        assertTrue(
                answer == null || answer.status() == 400 && answer.reason().equals(fault), () -> fault + ": " + answer);
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length: 0, Content-Length: 4711, 400, Body Shorter Than Content-Length",
        "Content-Length: 0, Content-Length: -1, 400, Bad Content-Length",
        "Content-Length: 0, Content-Length: 99999999999999999999, 400, Body Shorter Than Content-Length",
        "Max-Forwards: 70, Max-Forwards: many, 400, Bad Max-Forwards",
        "Max-Forwards: 70, Max-Forwards, 400, Bad Header Line",
        "CSeq: 1 INVITE, CSeq: 1 OPTIONS, 400, CSeq Method Mismatch",
        "sip:echo@127.0.0.1 SIP/2.0, sip:echo@127.0.0.1 SIP/7.0, 505, Version Not Supported",
    })
    @Conforms({"RFC 3261 §21.4.1", "S19"})
    void shouldNameTheFault(final String from, final String to, final int status, final String reason) {
        final String invite =
                SipRequest.of("INVITE", "sip:echo@127.0.0.1", client).text();
        final String faulty = invite.replace(from, to);
        assertFalse(faulty.equals(invite));
        client.send(faulty, chassis.port());
        final Incoming answer = client.receive(Duration.ofSeconds(5));
        assertTrue(answer != null, () -> "an answer to\n" + faulty);
        assertEquals(status + " " + reason, answer.status() + " " + answer.reason());
    }

    @Test
    @Conforms({"RFC 3261 §21.5.7", "S19"})
    void shouldRefuseAMessageThatFitsNoFrame() {
        final SipRequest invite = SipRequest.invite("sip:echo@127.0.0.1", client);
        final String room = "X-Padding: " + "x".repeat(500) + "\r\n";
        client.send(invite.with(room.repeat(40).strip()).text(), chassis.port());
        final Incoming refusal = client.finalResponse(invite);
        assertEquals(513, refusal.status(), refusal::text);
        acknowledge(invite, refusal);
    }

    private void acknowledge(final SipRequest invite, final Incoming refusal) {
        client.send(invite.ofSameTransaction("ACK", refusal.header("To")).text(), chassis.port());
    }

    private void hangUp(final SipRequest invite, final Incoming ok) {
        client.send(invite.inDialog("ACK", ok).text(), contactPort(ok));
        assertEquals(
                200,
                client.exchange(invite.inDialog("BYE", ok), contactPort(ok)).status());
    }

    private static int contactPort(final Incoming response) {
        return SipPackets.Packet.portOf(response.header("Contact"));
    }

    /** 200 to a request that came in, as it stands. */
    private static String answerTo(final Incoming request) {
        final StringBuilder text = new StringBuilder("SIP/2.0 200 OK\r\n");
        for (final String header : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
            text.append(header).append(": ").append(request.header(header)).append("\r\n");
        }
        return text.append("Content-Length: 0\r\n\r\n").toString();
    }
}
