package midplane.chassis;

import java.util.ArrayList;
import java.util.List;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.LoadReport;
import midplane.net.DatagramPort;
import midplane.shelf.Blade;
import midplane.shelf.BladeFactory;
import midplane.shelf.Slot;

/**
 * A blade that counts what it gets, says "draining" when it is told to hang up, and calls every datagram it got a
 * session.
 */
final class SparseBlade implements Blade {
    /** Remembers the blades it makes. */
    static final class Factory implements BladeFactory {
        final List<SparseBlade> blades = new ArrayList<>();

        @Override
        public Blade create(final Slot slot) {
            final SparseBlade blade = new SparseBlade(slot);
            blades.add(blade);
            return blade;
        }
    }

    private static final int CAPACITY = 1000;

    final Slot slot;
    volatile String thread = "";
    volatile int starts;
    volatile int closes;
    volatile long frames;
    volatile long datagrams;
    volatile RuntimeException failure;
    private long reports;
    private final FrameHandler onFrame = (buffer, offset, length) -> onFrame(buffer.getByte(offset));
    private final DatagramPort.Handler onDatagram = (buffer, offset, length, source) -> onDatagram();

    private SparseBlade(final Slot slot) {
        this.slot = slot;
    }

    @Override
    public void onStart() {
        thread = Thread.currentThread().getName();
        starts = starts + 1;
    }

    @Override
    public int doWork() {
        if (failure != null) {
            throw failure;
        }
        return slot.backplane().poll(onFrame, 64) + slot.port().poll(onDatagram, 64);
    }

    @Override
    public void onClose() {
        closes = closes + 1;
    }

    @Override
    public long nextDeadlineNs() {
        return NO_DEADLINE;
    }

    @Override
    public boolean hasWork() {
        return slot.backplane().hasFrames();
    }

    @Override
    public String roleName() {
        return "blade";
    }

    private void onDatagram() {
        datagrams = datagrams + 1;
        report(LoadReport.UP, (int) datagrams);
    }

    private void onFrame(final byte type) {
        frames = frames + 1;
        if (type == FrameType.HANG_UP) {
            report(LoadReport.DRAINING, 0);
        }
    }

    private void report(final int state, final int sessions) {
        final FrameClaim claim = new FrameClaim();
        if (slot.backplane().claim(claim, LoadReport.LENGTH)) {
            new LoadReport()
                    .wrap(claim.buffer(), claim.offset())
                    .begin()
                    .slot(slot.index())
                    .epoch(slot.epoch())
                    .sequence(++reports)
                    .state(state)
                    .capacity(CAPACITY)
                    .sessions(sessions);
            claim.commit(LoadReport.LENGTH);
            slot.backplane().urgent();
            slot.backplane().flush();
        }
    }
}
