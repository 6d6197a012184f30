package midplane.blade.sip;

import midplane.signalling.Slice;

/** The value of RAck: which response to which request a PRACK acknowledges (RFC 3262 §7.2). */
final class RackValue {
    private static final long NUMBER_MAX = 0xFFFF_FFFFL;
    private static final String INVITE = "INVITE";

    private long rseq;
    private long cseq;
    private boolean isInvite;
    private int at;

    /** Reads {@code 1 314 INVITE}; what stands behind the method is ignored. Returns whether the value can be read. */
    boolean parse(final Slice value) {
        at = 0;
        rseq = number(value);
        cseq = rseq < 0 || !skipBlanks(value) ? -1 : number(value);
        if (cseq < 0 || !skipBlanks(value)) {
            return false;
        }
        int matched = 0;
        while (at < value.length() && !isBlank(value.byteAt(at))) {
            matched += matched < INVITE.length() && value.byteAt(at) == INVITE.charAt(matched) ? 1 : INVITE.length();
            at++;
        }
        isInvite = matched == INVITE.length();
        return matched > 0;
    }

    long rseq() {
        return rseq;
    }

    /** Whether the response was one to an INVITE of this number. */
    boolean isForInvite(final long inviteCseq) {
        return isInvite && cseq == inviteCseq;
    }

    private long number(final Slice value) {
        final int first = at;
        long number = 0;
        while (at < value.length() && value.byteAt(at) >= '0' && value.byteAt(at) <= '9') {
            number = number * 10 + value.byteAt(at++) - '0';
            if (number > NUMBER_MAX) {
                return -1;
            }
        }
        return at > first ? number : -1;
    }

    private boolean skipBlanks(final Slice value) {
        final int first = at;
        while (at < value.length() && isBlank(value.byteAt(at))) {
            at++;
        }
        return at > first;
    }

    private static boolean isBlank(final byte b) {
        return b == ' ' || b == '\t' || b == '\r' || b == '\n';
    }
}
