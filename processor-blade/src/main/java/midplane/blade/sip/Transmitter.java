package midplane.blade.sip;

import midplane.blade.core.ByteStore;
import midplane.blade.core.Outbox;
import midplane.net.Peer;
import org.agrona.DirectBuffer;

/** Puts messages into the outbox. A full outbox loses the message and counts it; whoever must have it asks again. */
final class Transmitter {
    private final Outbox outbox;
    private final ByteStore store;

    Transmitter(final Outbox outbox, final ByteStore store) {
        this.outbox = outbox;
        this.store = store;
    }

    /** Sends a message that was just written. */
    void send(final Outbox.Exit exit, final Peer destination, final DirectBuffer message, final int length) {
        if (outbox.claim(exit, destination, length)) {
            outbox.buffer().putBytes(outbox.offset(), message, 0, length);
            outbox.commit(length);
        }
    }

    /** Sends another copy of a message that is kept in the store. */
    void sendAgain(final Outbox.Exit exit, final Peer destination, final int handle) {
        final int length = store.length(handle);
        if (outbox.claim(exit, destination, length)) {
            store.copy(handle, outbox.buffer(), outbox.offset());
            outbox.commit(length);
        }
    }
}
