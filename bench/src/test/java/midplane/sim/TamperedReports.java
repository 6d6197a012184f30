package midplane.sim;

import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.LoadReport;
import org.agrona.MutableDirectBuffer;

/**
 * A blade's end of the fabric, whose load reports somebody tampers with on their way. The blade knows nothing of it and
 * works as it always does.
 */
final class TamperedReports implements Backplane, FrameClaim.Owner {
    /** What becomes of the reports. */
    enum Fault {
        /** Nothing. */
        NONE,
        /** They do not arrive. */
        MISSING,
        /** The last one arrives again and again, sequence and all. */
        REPEATED,
        /** New ones arrive whose load and last dispatch stand still. */
        FROZEN,
        /** New ones arrive, true but for the load, which is none. */
        IDLE,
        /** They tell so many units more. */
        RAISED
    }

    private final Backplane backplane;
    private final FrameClaim inner = new FrameClaim();
    private final LoadReport report = new LoadReport();
    private Fault fault = Fault.NONE;
    private int raisedBy;
    private boolean hasFrozen;
    private long frozenSequence;
    private long frozenDispatch;
    private int frozenUsed;
    private long frozenNs;

    TamperedReports(final Backplane backplane) {
        this.backplane = backplane;
    }

    void fault(final Fault newFault) {
        fault = newFault;
        hasFrozen = false;
    }

    void raise(final int units) {
        fault(Fault.RAISED);
        raisedBy = units;
    }

    @Override
    public int poll(final FrameHandler handler, final int limit) {
        return backplane.poll(handler, limit);
    }

    @Override
    public boolean hasFrames() {
        return backplane.hasFrames();
    }

    @Override
    public int fillPermille() {
        return backplane.fillPermille();
    }

    @Override
    public boolean claim(final FrameClaim claim, final int length) {
        if (!backplane.claim(inner, length)) {
            return false;
        }
        claim.wrap(this, inner.buffer(), inner.offset(), 0);
        return true;
    }

    @Override
    public void urgent() {
        backplane.urgent();
    }

    @Override
    public void flush() {
        backplane.flush();
    }

    @Override
    public void commit(final long position, final int length) {
        final MutableDirectBuffer buffer = inner.buffer();
        if (buffer.getByte(inner.offset()) == FrameType.LOAD_REPORT && !tamper(report.wrap(buffer, inner.offset()))) {
            inner.abort();
        } else {
            inner.commit(length);
        }
    }

    @Override
    public void abort(final long position) {
        inner.abort();
    }

    /** Returns whether the report goes on its way. */
    private boolean tamper(final LoadReport told) {
        if (!hasFrozen) {
            hasFrozen = true;
            frozenSequence = told.sequence();
            frozenDispatch = told.lastDispatch();
            frozenUsed = told.usedUnits();
            frozenNs = told.writtenNs();
        }
        switch (fault) {
            case NONE -> {}
            case MISSING -> {
                return false;
            }
            case REPEATED ->
                told.sequence(frozenSequence)
                        .lastDispatch(frozenDispatch)
                        .usedUnits(frozenUsed)
                        .writtenNs(frozenNs);
            case FROZEN -> told.lastDispatch(frozenDispatch).usedUnits(frozenUsed);
            case IDLE -> told.usedUnits(0).sessions(0);
            case RAISED -> told.usedUnits(told.usedUnits() + raisedBy);
        }
        return true;
    }
}
