package midplane.signalling;

import org.agrona.DirectBuffer;

/**
 * How big a session will be, from wherever it stands in the message that opens it. Filled source by source, in any order:
 *
 * <pre>
 *   size.begin(SessionService.DIALOG);
 *   size.state(SizeSource.HEADER, SizeIndication.number(buffer, offset, length));
 *   ... size.units(), size.source(), size.faults()
 * </pre>
 *
 * <p>What the application server states decides. When it states two sizes the larger decides, and
 * {@link #isContradictory} says so: room that is not used decays, room that is missing does not come. Where it states none,
 * the size is guessed: as many units as the description has audio streams, but at least what the service usually takes. A
 * description of one stream says nothing about the conference it opens.
 *
 * <p>A flyweight for one message after another. Makes no garbage. Not thread-safe.
 */
public final class SizeIndication {
    /** The largest size. */
    public static final int MAX_UNITS = 65_535;

    /** What {@link #number} says of anything that is no size. */
    public static final int NO_SIZE = -1;

    /** More digits than a size can have; zeros in front count. */
    private static final int MAX_DIGITS = 5;

    private int units = SessionService.ANNOUNCEMENT.units();
    private SizeSource source = SizeSource.SERVICE;
    private boolean isContradictory;
    private boolean isRequired;
    private int faults;

    /** Begins anew, with the usual size of a service. */
    public SizeIndication begin(final SessionService service) {
        units = service.units();
        source = SizeSource.SERVICE;
        isContradictory = false;
        isRequired = false;
        faults = 0;
        return this;
    }

    /**
     * Takes what one source says.
     *
     * @param saidUnits from 1 to {@link #MAX_UNITS}; anything else is a {@link #fault}.
     */
    public void state(final SizeSource saidBy, final int saidUnits) {
        if (saidUnits < 1 || saidUnits > MAX_UNITS) {
            fault(saidBy);
            return;
        }
        if (saidBy.isStatement() && !source.isStatement()) {
            take(saidBy, saidUnits);
        } else if (saidBy.isStatement() == source.isStatement()) {
            isContradictory |= saidBy.isStatement() && saidUnits != units;
            if (saidUnits > units) {
                take(saidBy, saidUnits);
            }
        }
    }

    /** Notes that a source said something that is no size, or said it twice: as if it had said nothing. */
    public void fault(final SizeSource saidBy) {
        faults |= 1 << saidBy.ordinal();
    }

    /** Notes that the session is not to be opened at all where its size does not fit. */
    public void require() {
        isRequired = true;
    }

    /** Units of load the session will take, at least 1. */
    public int units() {
        return units;
    }

    /** Who said so. */
    public SizeSource source() {
        return source;
    }

    /** Whether the application server stated two sizes that differ. */
    public boolean isContradictory() {
        return isContradictory;
    }

    /** Whether its body demands the reservation: where the size does not fit, the call is refused. */
    public boolean isRequired() {
        return isRequired;
    }

    /** Sources that could not be read: bit n stands for the one of ordinal n. */
    public int faults() {
        return faults;
    }

    /**
     * Reads a size as it stands in any text: decimal digits and nothing else.
     *
     * @return from 1 to {@link #MAX_UNITS}, or {@link #NO_SIZE}.
     */
    public static int number(final DirectBuffer buffer, final int offset, final int length) {
        if (length < 1 || length > MAX_DIGITS) {
            return NO_SIZE;
        }
        int number = 0;
        for (int i = 0; i < length; i++) {
            final byte digit = buffer.getByte(offset + i);
            if (digit < '0' || digit > '9') {
                return NO_SIZE;
            }
            number = number * 10 + (digit - '0');
        }
        return number >= 1 && number <= MAX_UNITS ? number : NO_SIZE;
    }

    /** As {@link #number(DirectBuffer, int, int)}, of a stretch of text. */
    static int number(final CharSequence text, final int from, final int to) {
        if (to - from < 1 || to - from > MAX_DIGITS) {
            return NO_SIZE;
        }
        int number = 0;
        for (int i = from; i < to; i++) {
            final char digit = text.charAt(i);
            if (digit < '0' || digit > '9') {
                return NO_SIZE;
            }
            number = number * 10 + (digit - '0');
        }
        return number >= 1 && number <= MAX_UNITS ? number : NO_SIZE;
    }

    private void take(final SizeSource saidBy, final int saidUnits) {
        source = saidBy;
        units = saidUnits;
    }
}
