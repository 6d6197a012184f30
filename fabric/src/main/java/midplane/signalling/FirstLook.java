package midplane.signalling;

import org.agrona.DirectBuffer;

/**
 * A look at a datagram's first bytes, to decide how urgent it is before anybody reads it. Costs a few nanoseconds, and
 * believes what it sees: only reading will tell whether it is true.
 */
@FunctionalInterface
public interface FirstLook {
    /** What a datagram seems to be. */
    enum Finding {
        /** Ends or carries on something, or answers us: ACK, BYE, CANCEL, a response; DLCX, MDCX. */
        CONTINUES,
        /** Begins something, unless it turns out to repeat or to belong to what has begun: INVITE, OPTIONS; CRCX. */
        BEGINS,
        /** No message of this protocol. */
        NOISE
    }

    Finding look(DirectBuffer buffer, int offset, int length);
}
