package midplane.shelf;

import org.agrona.DirectBuffer;

/**
 * Our own code broke on a message. Carries a copy of the message, so that whoever may write files can keep it: it is the
 * seed of the test that shows the fault. Told to an {@link org.agrona.ErrorHandler}, never thrown.
 */
public final class BrokenMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient byte[] message;

    /**
     * Copies the message.
     *
     * @param cause what went wrong; it tells one fault from another.
     */
    public BrokenMessageException(
            final DirectBuffer buffer, final int offset, final int length, final Throwable cause) {
        super("a message broke its reader", cause, false, false);
        message = new byte[length];
        buffer.getBytes(offset, message);
    }

    /** The message as it came; a copy. */
    public byte[] message() {
        return message.clone();
    }
}
