package midplane.blade.sip;

import midplane.blade.core.ByteStore;
import midplane.net.DatagramPort;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import org.agrona.concurrent.UnsafeBuffer;

/** Reads an INVITE once more: that of a call that rings, for its final response; one of ours, for its ACK. */
final class StoredInvite {
    private final ByteStore store;
    private final UnsafeBuffer bytes = new UnsafeBuffer(new byte[DatagramPort.MAX_DATAGRAM_LENGTH]);
    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();

    StoredInvite(final ByteStore store) {
        this.store = store;
    }

    /** The INVITE of this dialog, until the next is read. */
    SipMessage of(final Dialog dialog) {
        return of(dialog.invite);
    }

    /** The INVITE kept under this handle, until the next is read. */
    SipMessage of(final int handle) {
        final int length = store.copy(handle, bytes, 0);
        final SipFault fault = scanner.scan(bytes, 0, length, message);
        assert fault == SipFault.NONE : "it was read without fault when it came, or is ours";
        return message;
    }
}
