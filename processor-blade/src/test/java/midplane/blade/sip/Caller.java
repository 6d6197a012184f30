package midplane.blade.sip;

/** A client's side of one call: the messages it would send. */
final class Caller {
    static final String TARGET = "sip:caller@127.0.0.1:15084";

    final String callId;
    final String requestUri;
    String via = "SIP/2.0/UDP 127.0.0.1:15084";
    String fromTag = "f1";
    String toTag = "";
    String remoteTarget;
    int cseq = 1;
    int branches;

    Caller(final String callId, final String requestUri) {
        this.callId = callId;
        this.requestUri = requestUri;
        remoteTarget = requestUri;
    }

    SipText invite() {
        return request("INVITE", requestUri, cseq)
                .with("Contact", '<' + TARGET + '>')
                .body("application/sdp", SipText.OFFER);
    }

    SipText reInvite() {
        return inDialog("INVITE").with("Contact", '<' + TARGET + '>').body("application/sdp", SipText.OFFER);
    }

    /** Takes tag and Contact from a response, as a client does. */
    void learn(final SipText response) {
        toTag = response.toTag();
        remoteTarget = response.contactUri();
    }

    /** The ACK to a 2xx: a transaction of its own. */
    SipText ack() {
        return request("ACK", remoteTarget, cseq);
    }

    /** The ACK to a refusal: same branch, same Request-URI, To of the response. */
    static SipText ackTo(final SipText invite, final SipText response) {
        return new SipText(
                        "ACK " + invite.requestUri() + " SIP/2.0",
                        invite.without("Content-Type").without("Contact").headers(),
                        "")
                .with("To", response.header("To"))
                .with("CSeq", invite.header("CSeq").replace("INVITE", "ACK"))
                .with("Content-Length", "0");
    }

    static SipText cancel(final SipText invite) {
        return new SipText(
                        "CANCEL " + invite.requestUri() + " SIP/2.0",
                        invite.without("Content-Type").without("Contact").headers(),
                        "")
                .with("CSeq", invite.header("CSeq").replace("INVITE", "CANCEL"))
                .with("Content-Length", "0");
    }

    /** A request within the dialog, with the next sequence number. */
    SipText inDialog(final String method) {
        return request(method, remoteTarget, ++cseq);
    }

    SipText request(final String method, final String uri, final int number) {
        return SipText.parse(("""
                %s %s SIP/2.0
                Via: %s;branch=z9hG4bK-%s-%d
                Max-Forwards: 70
                From: <sip:caller@127.0.0.1>;tag=%s
                To: <sip:service@ms.example.net>%s
                Call-ID: %s
                CSeq: %d %s
                Content-Length: 0

                """.formatted(
                                method,
                                uri,
                                via,
                                callId,
                                ++branches,
                                fromTag,
                                toTag.isEmpty() ? "" : ";tag=" + toTag,
                                callId,
                                number,
                                method))
                .replace("\n", "\r\n")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** The answer of a client to a request of ours. */
    static SipText answer(final SipText request, final String statusLine) {
        final SipText answer = new SipText("SIP/2.0 " + statusLine, request.headers(), "");
        return answer.without("Max-Forwards").without("User-Agent").without("Route");
    }
}
