package midplane.bench.peers;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** A request written by hand. Immutable: each step gives a changed copy. */
record SipRequest(
        String method,
        String uri,
        int replyPort,
        boolean rport,
        String callId,
        String branch,
        String to,
        int sequence,
        List<String> headers,
        String body) {
    private static final int NO_PORT = 9;
    private static final AtomicLong SERIAL = new AtomicLong();

    /** A request outside of any dialog, its answer asked to the port it comes from. */
    static SipRequest of(final String method, final String uri, final WireClient from) {
        final String serial = Long.toHexString(ProcessHandle.current().pid()) + '-' + SERIAL.incrementAndGet();
        return new SipRequest(
                method,
                uri,
                from.port(),
                true,
                serial + "@wire.invalid",
                "z9hG4bK-" + serial,
                "<sip:service@127.0.0.1>",
                1,
                List.of(),
                "");
    }

    /** An INVITE that offers PCMU to a port on which nobody listens. */
    static SipRequest invite(final String uri, final WireClient from) {
        return of("INVITE", uri, from)
                .with("Contact: <sip:wire@127.0.0.1:" + from.port() + ">")
                .offering();
    }

    /** A later request of the dialog that a response opened; the ACK of a 2xx if so named. */
    SipRequest inDialog(final String nextMethod, final WireClient.Incoming response) {
        final String target = response.header("Contact").replaceAll("^<|>.*$", "");
        return new SipRequest(
                nextMethod,
                target.isEmpty() ? uri : target,
                replyPort,
                rport,
                callId,
                branch + '-' + nextMethod,
                response.header("To"),
                "ACK".equals(nextMethod) ? sequence : sequence + 1,
                List.of(),
                "");
    }

    /** The CANCEL of this INVITE, or the ACK of its refusal when a To with a tag is put in. */
    SipRequest ofSameTransaction(final String otherMethod, final String otherTo) {
        return new SipRequest(otherMethod, uri, replyPort, rport, callId, branch, otherTo, sequence, List.of(), "");
    }

    SipRequest with(final String header) {
        final List<String> more = new ArrayList<>(headers);
        more.add(header);
        return new SipRequest(method, uri, replyPort, rport, callId, branch, to, sequence, more, body);
    }

    SipRequest withoutRport() {
        return new SipRequest(method, uri, replyPort, false, callId, branch, to, sequence, headers, body);
    }

    SipRequest withCallId(final String other) {
        return new SipRequest(method, uri, replyPort, rport, other, branch, to, sequence, headers, body);
    }

    SipRequest withBranch(final String other) {
        return new SipRequest(method, uri, replyPort, rport, callId, other, to, sequence, headers, body);
    }

    SipRequest withTo(final String other) {
        return new SipRequest(method, uri, replyPort, rport, callId, branch, other, sequence, headers, body);
    }

    private SipRequest offering() {
        return offering(NO_PORT);
    }

    /** Offers PCMU to a port. */
    SipRequest offering(final int mediaPort) {
        return new SipRequest(
                method,
                uri,
                replyPort,
                rport,
                callId,
                branch,
                to,
                sequence,
                headers,
                "v=0\r\no=wire 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n" + "m=audio " + mediaPort
                        + " RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n");
    }

    String cseq() {
        return sequence + " " + method;
    }

    String text() {
        final StringBuilder text = new StringBuilder(512);
        text.append(method).append(' ').append(uri).append(" SIP/2.0\r\n");
        text.append("Via: SIP/2.0/UDP 127.0.0.1:").append(replyPort);
        text.append(";branch=").append(branch).append(rport ? ";rport" : "").append("\r\n");
        text.append("Max-Forwards: 70\r\n");
        text.append("From: <sip:wire@127.0.0.1>;tag=wire\r\n");
        text.append("To: ").append(to).append("\r\n");
        text.append("Call-ID: ").append(callId).append("\r\n");
        text.append("CSeq: ").append(cseq()).append("\r\n");
        for (final String header : headers) {
            text.append(header).append("\r\n");
        }
        if (!body.isEmpty()) {
            text.append("Content-Type: application/sdp\r\n");
        }
        text.append("Content-Length: ")
                .append(body.getBytes(StandardCharsets.UTF_8).length)
                .append("\r\n\r\n");
        return text.append(body).toString();
    }
}
