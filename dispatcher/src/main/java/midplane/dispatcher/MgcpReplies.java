package midplane.dispatcher;

import java.nio.ByteBuffer;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.signalling.mgcp.MgcpResponseWriter;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Responses of the chassis itself, from the well-known port to where the command came from (RFC 3435 §3.5). So many a
 * second at most, then silence; what blades have said all together is not counted among them. Not thread-safe.
 */
final class MgcpReplies {
    /** The longest response. */
    static final int CAPACITY = 32 * 1024;

    private static final long SECOND_NS = 1_000_000_000L;

    private final DatagramPort port;
    private final long costNs;
    private final ByteBuffer datagram = ByteBuffer.allocateDirect(CAPACITY);
    private final UnsafeBuffer bytes = new UnsafeBuffer(datagram);
    private final MgcpResponseWriter writer = new MgcpResponseWriter();

    /** When the budget would be whole again; further ahead than a second means it is spent. */
    private long paidUntilNs;

    private boolean isStarted;

    MgcpReplies(final DatagramPort port, final int repliesPerSecond) {
        this.port = port;
        costNs = SECOND_NS / Math.max(1, repliesPerSecond);
        isStarted = repliesPerSecond == 0;
        paidUntilNs = repliesPerSecond == 0 ? Long.MAX_VALUE : 0;
    }

    /** Answers with a code and a commentary. */
    Refusals.Outcome reply(
            final int transactionId, final int returnCode, final String commentary, final Peer to, final long nowNs) {
        if (!pay(nowNs)) {
            return Refusals.Outcome.OVER_BUDGET;
        }
        return send(
                        writer.wrap(bytes, 0, CAPACITY)
                                .begin(returnCode, transactionId, commentary)
                                .finish(),
                        to)
                ? Refusals.Outcome.ANSWERED
                : Refusals.Outcome.NOT_SENT;
    }

    /** Answers with lines that blades have written. */
    boolean replyForAll(
            final int transactionId,
            final int returnCode,
            final String commentary,
            final DirectBuffer lines,
            final int offset,
            final int length,
            final Peer to) {
        final int head = writer.wrap(bytes, 0, CAPACITY)
                .begin(returnCode, transactionId, commentary)
                .finish();
        if (head < 0 || length > CAPACITY - head) {
            return false;
        }
        bytes.putBytes(head, lines, offset, length);
        return send(head + length, to);
    }

    private boolean send(final int length, final Peer to) {
        if (length < 0) {
            return false;
        }
        datagram.limit(length).position(0);
        return port.offer(datagram, to);
    }

    private boolean pay(final long nowNs) {
        if (paidUntilNs == Long.MAX_VALUE) {
            return false;
        }
        if (!isStarted || paidUntilNs - nowNs < 0) {
            isStarted = true;
            paidUntilNs = nowNs;
        }
        if (paidUntilNs - nowNs > SECOND_NS - costNs) {
            return false;
        }
        paidUntilNs += costNs;
        return true;
    }
}
