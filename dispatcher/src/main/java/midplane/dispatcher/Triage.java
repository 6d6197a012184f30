package midplane.dispatcher;

import midplane.signalling.BladeTag;
import midplane.signalling.Slice;
import midplane.signalling.sip.DialogReference;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.agrona.DirectBuffer;

/**
 * Decides what a datagram at the well-known port is, from its start line and tags alone. Holds the scanned message until
 * the next look. Not thread-safe.
 */
public final class Triage {
    /** What a datagram is. */
    public enum Verdict {
        /** Opens a dialog, or repeats the message that did: INVITE without To-tag. */
        INITIAL,
        /** Belongs to an initial message the table may know: CANCEL, or ACK without To-tag. */
        FOLLOWS_INITIAL,
        /** Has the To-tag of a blade: {@link Triage#owner()}. */
        IN_DIALOG,
        /** ACK for a refusal of the chassis' own, or for nobody. Absorbed. */
        STRAY_ACK,
        /** In-dialog, but the tag is of no blade: 481. */
        NO_SUCH_DIALOG,
        /** OPTIONS without To-tag: answered from the chassis. */
        CAPABILITIES,
        /** A known method that needs no dialog and is not served here: 405. */
        METHOD_NOT_ALLOWED,
        /** A method nobody here knows: 501. */
        METHOD_UNKNOWN,
        /** A response. The chassis sends no request from this port. */
        RESPONSE,
        /** Faulty, and its sender can be told. */
        FAULTY,
        /** Faulty beyond answering, noise or keep-alive. */
        UNANSWERABLE
    }

    /** Headers that name a dialog of ours; which of several blades is meant, the blade refuses. */
    private static final SipHeader[] NAMING = {SipHeader.REPLACES, SipHeader.JOIN, SipHeader.TARGET_DIALOG};

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final DialogReference reference = new DialogReference();
    private int owner = BladeTag.FOREIGN;
    private int namedOwner = BladeTag.FOREIGN;
    private int namedEpoch;

    /** Looks at a datagram. */
    public Verdict look(final DirectBuffer buffer, final int offset, final int length) {
        final SipFault fault = scanner.scan(buffer, offset, length, message);
        if (fault != SipFault.NONE) {
            return message.isAnswerable() ? Verdict.FAULTY : Verdict.UNANSWERABLE;
        }
        if (!message.isRequest()) {
            return Verdict.RESPONSE;
        }
        final Slice toTag = message.toTag();
        return toTag.isEmpty() ? withoutToTag() : withToTag(toTag);
    }

    /** The message of the last look. */
    public SipMessage message() {
        return message;
    }

    /** The blade id in the To-tag, after {@link Verdict#IN_DIALOG}. */
    public int owner() {
        return owner;
    }

    /**
     * The blade that holds the dialog which an initial message names in Replaces, Join or Target-Dialog, by its tag
     * (RFC 3891, RFC 3911, RFC 4538); after {@link Verdict#INITIAL}. {@link BladeTag#FOREIGN} when it names none of ours.
     */
    public int namedOwner() {
        return namedOwner;
    }

    /** The epoch in that tag. */
    public int namedEpoch() {
        return namedEpoch;
    }

    private void readReference() {
        namedOwner = BladeTag.FOREIGN;
        for (int i = 0; i < NAMING.length && namedOwner < 0; i++) {
            if (message.first(NAMING[i]) >= 0 && reference.parse(message, NAMING[i])) {
                final Slice tag = reference.localTag();
                namedOwner = BladeTag.owner(tag.buffer(), tag.offset(), tag.length());
                namedEpoch = namedOwner < 0 ? 0 : BladeTag.epoch(tag.buffer(), tag.offset());
            }
        }
    }

    private Verdict withToTag(final Slice toTag) {
        owner = BladeTag.owner(toTag.buffer(), toTag.offset(), toTag.length());
        if (owner >= 0) {
            return Verdict.IN_DIALOG;
        }
        return switch (message.method()) {
            case ACK -> Verdict.STRAY_ACK;
            default -> Verdict.NO_SUCH_DIALOG;
        };
    }

    private Verdict withoutToTag() {
        return switch (message.method()) {
            case INVITE -> {
                readReference();
                yield Verdict.INITIAL;
            }
            case CANCEL, ACK -> Verdict.FOLLOWS_INITIAL;
            case BYE, INFO, UPDATE, PRACK -> Verdict.NO_SUCH_DIALOG;
            case OPTIONS -> Verdict.CAPABILITIES;
            case REGISTER, MESSAGE, SUBSCRIBE, NOTIFY, PUBLISH, REFER -> Verdict.METHOD_NOT_ALLOWED;
            case OTHER -> Verdict.METHOD_UNKNOWN;
        };
    }
}
