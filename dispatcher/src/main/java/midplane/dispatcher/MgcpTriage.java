package midplane.dispatcher;

import midplane.signalling.BladeTerm;
import midplane.signalling.Slice;
import midplane.signalling.mgcp.EndpointName;
import midplane.signalling.mgcp.GatewayTransactionId;
import midplane.signalling.mgcp.MgcpFault;
import midplane.signalling.mgcp.MgcpMessage;
import midplane.signalling.mgcp.MgcpParameter;
import midplane.signalling.mgcp.MgcpScanner;
import midplane.signalling.mgcp.MgcpVerb;
import org.agrona.DirectBuffer;

/**
 * Decides what a message at the well-known MGCP port is, from its verb and its endpoint's name alone. Holds the scanned
 * message until the next look. Not thread-safe.
 */
final class MgcpTriage {
    /** What a message is. */
    enum Verdict {
        /** CRCX for an endpoint that any blade may have. */
        PLACEABLE,
        /** A command for an endpoint of one blade: {@link MgcpTriage#slot()}. */
        NAMED,
        /** CRCX for a conference, by its id alone. */
        CONFERENCE,
        /** A command for endpoints on every blade. */
        EVERY_BLADE,
        /** No endpoint here has such a name: 500. */
        UNKNOWN_ENDPOINT,
        /** A verb nobody here knows, or one that a gateway sends and does not get: 504. */
        UNKNOWN_VERB,
        /** {@code $} where it must not stand: 510. */
        ANY_FORBIDDEN,
        /** {@code *} where it must not stand: 503. */
        ALL_FORBIDDEN,
        /** A response to a command of a blade: {@link MgcpTriage#slot()}. */
        RESPONSE,
        /** 000: a call agent has got a response of ours. */
        ACKNOWLEDGEMENT,
        /** A response to nothing of ours. */
        STRANGE_RESPONSE,
        /** Faulty, and its sender can be told. */
        FAULTY,
        /** Faulty beyond answering. */
        UNANSWERABLE
    }

    private final int slots;
    private final MgcpScanner scanner = new MgcpScanner();
    private final MgcpMessage message = new MgcpMessage();
    private final EndpointName second = new EndpointName();
    private final Slice value = new Slice();
    private int slot;

    MgcpTriage(final int slots) {
        this.slots = slots;
    }

    /** Looks at the first message of what is left of a datagram. */
    Verdict look(final DirectBuffer buffer, final int offset, final int length) {
        if (scanner.scan(buffer, offset, length, message) != MgcpFault.NONE) {
            return message.isAnswerable() ? Verdict.FAULTY : Verdict.UNANSWERABLE;
        }
        return message.isResponse() ? response() : command();
    }

    /** The message of the last look. */
    MgcpMessage message() {
        return message;
    }

    /** The blade of {@link Verdict#NAMED} or {@link Verdict#RESPONSE}. */
    int slot() {
        return slot;
    }

    private Verdict response() {
        if (message.returnCode() == 0) {
            return Verdict.ACKNOWLEDGEMENT;
        }
        slot = GatewayTransactionId.blade(message.transactionId());
        return slot < slots ? Verdict.RESPONSE : Verdict.STRANGE_RESPONSE;
    }

    private Verdict command() {
        if (!message.verb().isForGateway()) {
            return Verdict.UNKNOWN_VERB;
        }
        final int owner = owner();
        return switch (owner) {
            case BladeTerm.ANY -> message.verb() == MgcpVerb.CRCX ? Verdict.PLACEABLE : Verdict.ANY_FORBIDDEN;
            case BladeTerm.ALL -> isForAll(message.verb()) ? Verdict.EVERY_BLADE : Verdict.ALL_FORBIDDEN;
            case BladeTerm.CONFERENCE -> Verdict.CONFERENCE;
            case BladeTerm.UNKNOWN -> Verdict.UNKNOWN_ENDPOINT;
            default -> named(owner);
        };
    }

    /** Of two endpoints of one CRCX the one that is named decides: both are to be on one blade (RFC 3435 §2.3.5). */
    private int owner() {
        final int owner = message.endpoint().owner();
        if (owner != BladeTerm.ANY || !message.has(MgcpParameter.SECOND_ENDPOINT_ID)) {
            return owner;
        }
        message.value(MgcpParameter.SECOND_ENDPOINT_ID, value);
        final boolean isRead = second.parse(value.buffer(), value.offset(), value.length());
        final int secondOwner = isRead ? second.owner() : BladeTerm.ANY;
        return secondOwner >= 0 ? secondOwner : owner;
    }

    private Verdict named(final int owner) {
        slot = owner;
        return owner < slots ? Verdict.NAMED : Verdict.UNKNOWN_ENDPOINT;
    }

    /** RFC 3435 §2.3: which commands may be for all. */
    private static boolean isForAll(final MgcpVerb verb) {
        return switch (verb) {
            case EPCF, RQNT, DLCX, AUEP -> true;
            default -> false;
        };
    }
}
