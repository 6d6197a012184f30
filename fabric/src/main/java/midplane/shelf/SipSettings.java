package midplane.shelf;

/**
 * What a blade must know to speak SIP.
 *
 * @param advertisedHost host written into Contact and Via: a name or a literal, IPv6 in brackets.
 * @param t1Ns RFC 3261 timer T1.
 * @param t2Ns RFC 3261 timer T2.
 * @param t4Ns RFC 3261 timer T4.
 * @param answerDelayNs how long a call rings (180) before it is answered; 0 answers at once, without ringing.
 * @param responseFrom which socket answers what came to the well-known port.
 * @param portInsertion where the dispatcher wrote the port identifier.
 * @param maxDialogs dialogs at most on one blade; one more is refused.
 * @param maxUnacknowledged calls at most on one blade whose caller has yet to send an ACK, those that ring included.
 * @param maxUnacknowledgedPerSource the same for the calls from one host; one more is refused.
 * @param sessionExpiresSeconds the session interval we ask for (RFC 4028); 0 to agree to timers only when asked.
 * @param sessionSecondsMin the least session interval that is agreed to, at least 90.
 * @param silenceLimitNs a call ends when nothing was heard of its caller for so long; 0 for never.
 * @param product the value of the Server and User-Agent headers.
 */
public record SipSettings(
        String advertisedHost,
        long t1Ns,
        long t2Ns,
        long t4Ns,
        long answerDelayNs,
        ResponseFrom responseFrom,
        PortInsertion portInsertion,
        int maxDialogs,
        int maxUnacknowledged,
        int maxUnacknowledgedPerSource,
        long sessionExpiresSeconds,
        long sessionSecondsMin,
        long silenceLimitNs,
        String product) {
    /** 64·T1: timers B, F, H, J, L of RFC 3261 and RFC 6026. */
    public long transactionTimeoutNs() {
        return 64 * t1Ns;
    }
}
