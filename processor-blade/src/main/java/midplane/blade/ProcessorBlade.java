package midplane.blade;

import java.util.concurrent.TimeUnit;
import midplane.admission.Intake;
import midplane.admission.SourceLedger;
import midplane.blade.core.Deadlines;
import midplane.blade.core.HandBack;
import midplane.blade.core.Outbox;
import midplane.blade.core.UnitMeter;
import midplane.blade.media.Conference;
import midplane.blade.media.Conferences;
import midplane.blade.media.MediaPlane;
import midplane.blade.mgcp.MgcpGateway;
import midplane.blade.sip.SipEndpoint;
import midplane.fabric.Backplane;
import midplane.fabric.FrameClaim;
import midplane.fabric.FrameHandler;
import midplane.fabric.FrameType;
import midplane.fabric.InitialFrame;
import midplane.fabric.LoadReport;
import midplane.fabric.Protocol;
import midplane.fabric.ProvenNotice;
import midplane.net.AllowList;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.PeerCache;
import midplane.net.PortPairPool;
import midplane.shelf.Blade;
import midplane.shelf.ConferenceSettings;
import midplane.shelf.MgcpSlot;
import midplane.shelf.Slot;
import midplane.signalling.SipHash;
import midplane.signalling.sip.SipFirstLook;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.NanoClock;
import org.agrona.concurrent.status.AtomicCounter;
import org.jspecify.annotations.Nullable;

/** The duty cycle of a processor blade: frames, its own port, deadlines, media, the load report. */
final class ProcessorBlade implements Blade {
    /** Datagrams taken from the port of the second protocol in one cycle. */
    static final int DATAGRAM_LIMIT = 64;

    /** Frames taken from the fabric in one cycle. */
    static final int FRAME_LIMIT = 64;

    /** The same while the own port has a backlog: each new call will bring more to it. */
    static final int FRAME_LIMIT_BACKLOGGED = 8;

    /** New requests that wait at the own port when it has a backlog. */
    static final int WAITING_MAX = 64;

    /** A change of load that is reported at once: this part of what was reported last, 2 %. */
    static final int REPORTED_CHANGE = 50;

    /** How long a report that found the uplink full waits. */
    static final long REPORT_RETRY_NS = TimeUnit.MILLISECONDS.toNanos(10);

    private static final int PEER_CACHE_LENGTH = 1024;

    private final int index;
    private final int epoch;
    private final int portId;
    private final UnitMeter meter;
    private final HandBack handBack;
    private final long reportIntervalNs;
    private final Backplane backplane;
    private final DatagramPort port;
    private final DatagramPort wellKnownPort;
    private final PortPairPool mediaPorts;
    private final AllowList allowList;
    private final NanoClock clock;
    private final Outbox outbox;
    private final MediaPlane media;
    private final SipEndpoint sip;
    private final SettledQueue settled;
    private final PartQueue parts;
    private final @Nullable SignallingPort mgcp;
    private final ConferenceEntries entries;
    private final LagMeter lagMeter = new LagMeter();
    private final PeerCache peers = new PeerCache(PEER_CACHE_LENGTH);
    private final InitialFrame frame = new InitialFrame();
    private final LoadReport report = new LoadReport();
    private final FrameClaim claim = new FrameClaim();
    private final FrameHandler onFrame = this::onFrame;
    private final SourceLedger sources;
    private final Intake intake;

    private final AtomicCounter framesReceived;
    private final AtomicCounter framesDelivered;
    private final AtomicCounter framesHangUp;
    private final AtomicCounter framesMalformed;
    private final AtomicCounter framesWrongEpoch;
    private final AtomicCounter framesWrongPort;
    private final AtomicCounter framesWrongProtocol;
    private final AtomicCounter datagramsReceived;
    private final AtomicCounter datagramsDelivered;
    private final AtomicCounter datagramsNotAllowed;
    private final AtomicCounter datagramsStale;
    private final AtomicCounter datagramsCrowdedOut;
    private final AtomicCounter hostsProven;
    private final AtomicCounter reportsSent;
    private final AtomicCounter reportsHeldUp;
    private final AtomicCounter unitsUsed;
    private final AtomicCounter unitsReserved;

    private boolean hasRun;
    private boolean hadWork;
    private long nowNs;
    private long nextReportNs;
    private long wakeNs = NO_DEADLINE;
    private long reportSequence;
    private long lastDispatch;
    private int reportedState;
    private int reportedLoad;

    ProcessorBlade(final Slot slot) {
        index = slot.index();
        epoch = slot.epoch();
        portId = slot.port().localAddress().getPort();
        meter = new UnitMeter(slot.load().capacity());
        reportIntervalNs = slot.load().reportIntervalNs();
        backplane = slot.backplane();
        port = slot.port();
        wellKnownPort = slot.wellKnownPort();
        mediaPorts = slot.mediaPorts();
        allowList = slot.admission().allowList();
        clock = slot.nanoClock();

        final String blade = "blade." + index;
        outbox = new Outbox(slot.counters(), blade + ".outbox");
        settled = new SettledQueue(backplane, slot.counters(), blade);
        media = new MediaPlane(
                mediaPorts,
                slot.epochClock(),
                slot.entropy(),
                slot.media(),
                slot.counters(),
                index,
                slot.sip().maxDialogs());
        final SipHash hostHash =
                new SipHash(slot.entropy().nextLong(), slot.entropy().nextLong());
        sources =
                new SourceLedger(slot.admission().sourcesMax(), slot.admission().amplificationMax(), hostHash);
        intake = new Intake(SipFirstLook::look, new Desk(), slot.admission(), sources, WAITING_MAX, hostHash);
        outbox.gate(this::mayLeave);
        media.errorHandler(slot.errorHandler());
        media.allowList(slot.admission().mediaAllowList());
        handBack = new HandBack(backplane, slot.counters(), blade);
        sip = new SipEndpoint(slot, portId, media, outbox, meter, handBack, settled::add);
        sip.proofListener(this::onProven);
        sip.proven((high, low) -> sources.isProven(high, low, nowNs));
        parts = new PartQueue(backplane, slot.counters(), blade);
        mgcp = slot.mgcp() == null ? null : mgcp(slot, slot.mgcp(), media, meter, parts);
        entries = new ConferenceEntries(ConferenceSettings.ENTRIES_MAX, backplane, slot.counters(), blade);
        media.conferences().listener(new Conferences.Listener() {
            @Override
            public void onConferenceOpened(final Conference conference) {
                if (entries.isEntry(conference.entry())) {
                    entries.onOpened(conference.entry());
                }
            }

            @Override
            public void onConferenceEnded(final Conference conference) {
                if (entries.isEntry(conference.entry())) {
                    entries.onEnded(conference.entry());
                }
            }
        });
        media.listener(session -> sip.onServiceEnded(session, nowNs));

        framesReceived = slot.counters().counter(blade + ".frames.received");
        framesDelivered = slot.counters().counter(blade + ".frames.delivered");
        framesHangUp = slot.counters().counter(blade + ".frames.hang-up");
        framesMalformed = slot.counters().counter(blade + ".frames.dropped.malformed");
        framesWrongEpoch = slot.counters().counter(blade + ".frames.dropped.epoch");
        framesWrongPort = slot.counters().counter(blade + ".frames.dropped.port");
        framesWrongProtocol = slot.counters().counter(blade + ".frames.dropped.protocol");
        datagramsReceived = slot.counters().counter(blade + ".datagrams.received");
        datagramsDelivered = slot.counters().counter(blade + ".datagrams.delivered");
        datagramsNotAllowed = slot.counters().counter(blade + ".datagrams.dropped.not-allowed");
        datagramsStale = slot.counters().counter(blade + ".datagrams.dropped.stale");
        datagramsCrowdedOut = slot.counters().counter(blade + ".datagrams.dropped.crowded-out");
        hostsProven = slot.counters().counter(blade + ".hosts.proven");
        reportsSent = slot.counters().counter(blade + ".reports.sent");
        unitsUsed = slot.counters().counter(blade + ".units.used");
        unitsReserved = slot.counters().counter(blade + ".units.reserved");
        reportsHeldUp = slot.counters().counter(blade + ".reports.held-up");
    }

    @Override
    public int doWork() {
        final long previousNs = nowNs;
        nowNs = clock.nanoTime();
        measureLag(previousNs);
        // What ends or carries on a call comes to the own port, what begins one through the fabric.
        int work = intake.poll(port, nowNs);
        work += backplane.poll(onFrame, intake.isBacklogged() ? FRAME_LIMIT_BACKLOGGED : FRAME_LIMIT);
        if (sip.hasWork() || Deadlines.isDue(sip.nextDeadlineNs(), nowNs)) {
            work += sip.onDeadline(nowNs);
        }
        if (mgcp != null) {
            work += mgcp.work(nowNs, DATAGRAM_LIMIT);
        }
        work += media.tick(nowNs);
        final Conferences conferences = media.conferences();
        if (Deadlines.isDue(conferences.nextDeadlineNs(), nowNs)) {
            work += conferences.onDeadline(nowNs);
        }
        work += entries.drain();
        work += settled.drain();
        work += parts.drain();
        flushOutbox();
        work += report();
        backplane.flush();
        wakeNs = nextDeadlineNs();
        hadWork = work > 0;
        hasRun = true;
        return work;
    }

    @Override
    public long nextDeadlineNs() {
        final long signallingNs = mgcp == null
                ? sip.nextDeadlineNs()
                : Deadlines.earlier(sip.nextDeadlineNs(), mgcp.core().nextDeadlineNs());
        return Deadlines.earlier(
                Deadlines.earlier(
                        Deadlines.earlier(nextReportNs, intake.nextDeadlineNs()),
                        media.conferences().nextDeadlineNs()),
                Deadlines.earlier(signallingNs, media.nextTickNs()));
    }

    @Override
    public boolean hasWork() {
        return !hasRun
                || backplane.hasFrames()
                || sip.hasWork()
                || intake.hasWork()
                || (mgcp != null && mgcp.core().hasWork());
    }

    @Override
    public String roleName() {
        return "blade-" + index;
    }

    /** MGCP, where the chassis speaks it. */
    private static SignallingPort mgcp(
            final Slot slot,
            final MgcpSlot mgcpSlot,
            final MediaPlane media,
            final UnitMeter meter,
            final PartQueue parts) {
        final String name = "blade." + slot.index() + ".mgcp";
        final Outbox outbox = new Outbox(slot.counters(), name + ".outbox");
        final MgcpGateway gateway = new MgcpGateway(
                slot,
                mgcpSlot,
                media,
                meter,
                outbox,
                parts,
                () -> outbox.flush(mgcpSlot.port(), mgcpSlot.wellKnownPort()));
        return new SignallingPort(
                gateway,
                mgcpSlot.port(),
                mgcpSlot.wellKnownPort(),
                mgcpSlot.settings().callAgents(),
                outbox,
                slot.counters(),
                name);
    }

    private void measureLag(final long previousNs) {
        if (!hasRun) {
            nextReportNs = nowNs;
        } else if (hadWork) {
            lagMeter.record(nowNs - previousNs);
        } else if (Deadlines.isDue(wakeNs, nowNs)) {
            lagMeter.record(nowNs - wakeNs);
        }
    }

    // ---- what arrives

    private void onFrame(final MutableDirectBuffer buffer, final int offset, final int length) {
        framesReceived.incrementRelease();
        if (!frame.tryWrap(buffer, offset, length)) {
            framesMalformed.incrementRelease();
        } else if (frame.epoch() != epoch) {
            framesWrongEpoch.incrementRelease();
        } else if (frame.transport() != InitialFrame.UDP) {
            framesWrongProtocol.incrementRelease();
        } else if (frame.protocol() == Protocol.SIP) {
            if (frame.portId() == portId) {
                take();
            } else {
                framesWrongPort.incrementRelease();
            }
        } else if (frame.protocol() == Protocol.MGCP && mgcp != null) {
            if (frame.portId() == mgcp.portId()) {
                take(mgcp);
            } else {
                framesWrongPort.incrementRelease();
            }
        } else {
            framesWrongProtocol.incrementRelease();
        }
    }

    private void take() {
        lastDispatch = Math.max(lastDispatch, frame.sequence());
        switch (frame.type()) {
            case FrameType.INITIAL, FrameType.REPEAT, FrameType.STRAY -> {
                framesDelivered.incrementRelease();
                final int entry = frame.type() == FrameType.INITIAL ? frame.conference() : InitialFrame.NO_ENTRY;
                if (entries.isEntry(entry)) {
                    entries.onMessage(entry, frame.sequence());
                }
                final Peer source = peers.of(frame.sourceAddressHigh(), frame.sourceAddressLow(), frame.sourcePort());
                sources.received(source, frame.messageLength(), nowNs);
                try {
                    sip.onFrame(frame, source, nowNs);
                } finally {
                    if (entries.isEntry(entry)) {
                        entries.onMessageDone(entry);
                    }
                }
                flushIfHalfFull();
            }
            case FrameType.HANG_UP -> {
                framesHangUp.incrementRelease();
                sip.hangUp();
                if (mgcp != null) {
                    mgcp.core().hangUp();
                }
            }
            default -> framesMalformed.incrementRelease();
        }
    }

    private void take(final SignallingPort protocol) {
        lastDispatch = Math.max(lastDispatch, frame.sequence());
        switch (frame.type()) {
            case FrameType.INITIAL,
                    FrameType.REPEAT,
                    FrameType.STRAY,
                    FrameType.EVERY_BLADE,
                    FrameType.ACKNOWLEDGED -> {
                framesDelivered.incrementRelease();
                protocol.onFrame(
                        frame,
                        peers.of(frame.sourceAddressHigh(), frame.sourceAddressLow(), frame.sourcePort()),
                        nowNs);
            }
            default -> framesMalformed.incrementRelease();
        }
    }

    /** Serves what the intake lets through. A datagram counts as received when its fate is known: waiting ones do not. */
    private final class Desk implements Intake.Desk {
        @Override
        public void onStranger(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            datagramsReceived.incrementRelease();
            datagramsNotAllowed.incrementRelease();
        }

        @Override
        public void onAdmitted(
                final MutableDirectBuffer buffer,
                final int offset,
                final int length,
                final Peer source,
                final long arrivalNs) {
            datagramsReceived.incrementRelease();
            datagramsDelivered.incrementRelease();
            sources.received(source, length, nowNs);
            sip.onDatagram(buffer, offset, length, source, nowNs);
            flushIfHalfFull();
        }

        @Override
        public boolean isKnown(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            return sip.isKnown(buffer, offset, length);
        }

        @Override
        public boolean hasRoom() {
            return true;
        }

        @Override
        public void onStale() {
            datagramsReceived.incrementRelease();
            datagramsStale.incrementRelease();
        }

        @Override
        public void onCrowdedOut(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            datagramsReceived.incrementRelease();
            datagramsCrowdedOut.incrementRelease();
        }
    }

    /** Nothing for those on no list, whoever named them; for those that may be forged, no more than the multiple. */
    private boolean mayLeave(final Peer destination, final int length) {
        return allowList.allows(destination) && sources.mayGet(destination, length, nowNs);
    }

    /** The dispatcher hears of it as well, unless the uplink is full: to it the host is a listed one then. */
    private void onProven(final Peer source) {
        if (sources.isFreshlyProven(source, nowNs)) {
            return;
        }
        sources.prove(source.addressHigh(), source.addressLow(), nowNs);
        hostsProven.incrementRelease();
        if (backplane.claim(claim, ProvenNotice.LENGTH)) {
            ProvenNotice.write(claim.buffer(), claim.offset(), source.addressHigh(), source.addressLow());
            claim.commit(ProvenNotice.LENGTH);
        }
    }

    private void flushIfHalfFull() {
        if (outbox.isHalfFull()) {
            flushOutbox();
        }
    }

    private void flushOutbox() {
        outbox.flush(port, wellKnownPort);
        if (mgcp != null) {
            mgcp.flush();
        }
    }

    // ---- the load report

    private int report() {
        final int state = state();
        final boolean isDue = nextReportNs - nowNs <= 0;
        final int load = meter.used() + meter.reserved();
        if (!isDue && state == reportedState && !isChanged(load)) {
            return 0;
        }
        if (!backplane.claim(claim, LoadReport.LENGTH)) {
            reportsHeldUp.incrementRelease();
            nextReportNs = nowNs + REPORT_RETRY_NS;
            return 0;
        }
        final int sessions = sip.sessions() + (mgcp == null ? 0 : mgcp.core().sessions());
        report.wrap(claim.buffer(), claim.offset())
                .begin()
                .slot(index)
                .portId(portId)
                .epoch(epoch)
                .sequence(++reportSequence)
                .lastDispatch(lastDispatch)
                .state(state)
                .capacity(meter.capacity())
                .usedUnits(meter.used())
                .reservedUnits(meter.reserved())
                .sessions(sessions)
                .ringFillPermille(backplane.fillPermille())
                .loopLagP99Ns(lagMeter.takeP99Ns())
                .freeMediaPorts(mediaPorts.available())
                .writtenNs(nowNs);
        claim.commit(LoadReport.LENGTH);
        if (state != reportedState || state == LoadReport.DRAINING) {
            // A change steers the very next call; and somebody waits for a draining blade to fall silent.
            backplane.urgent();
        }
        reportsSent.incrementRelease();
        unitsUsed.setRelease(meter.used());
        unitsReserved.setRelease(meter.reserved());
        reportedState = state;
        reportedLoad = load;
        nextReportNs = nowNs + reportIntervalNs;
        return 1;
    }

    private boolean isChanged(final int load) {
        return load != reportedLoad && Math.abs(load - reportedLoad) * (long) REPORTED_CHANGE >= reportedLoad;
    }

    private int state() {
        if (sip.isDraining()) {
            return LoadReport.DRAINING;
        }
        return sip.isFull()
                        || (mgcp != null && mgcp.core().isFull())
                        || mediaPorts.available() == 0
                        || meter.free() == 0
                ? LoadReport.FULL
                : LoadReport.UP;
    }
}
