package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import midplane.net.DatagramPort;
import midplane.net.Peer;
import midplane.net.UdpPort;
import midplane.shelf.PromptStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class ChassisTest {
    private static final byte[] OPTIONS = String.join(
                    "\r\n",
                    "OPTIONS sip:127.0.0.1 SIP/2.0",
                    "Via: SIP/2.0/UDP 127.0.0.1:5099;branch=z9hG4bK-1;rport",
                    "Max-Forwards: 70",
                    "From: <sip:a@127.0.0.1>;tag=1",
                    "To: <sip:b@127.0.0.1>",
                    "Call-ID: 1@127.0.0.1",
                    "CSeq: 1 OPTIONS",
                    "Content-Length: 0",
                    "",
                    "")
            .getBytes(StandardCharsets.US_ASCII);

    private final SparseBlade.Factory factory = new SparseBlade.Factory();

    private ChassisContext context() {
        return new ChassisContext()
                .wellKnownSipPort(0)
                .bladePortBase(0)
                .bladeCount(3)
                .availableProcessors(3)
                .parkMaxMs(TimeUnit.HOURS.toMillis(1))
                .promptStore(PromptStore.of(Map.of()))
                .bladeFactory(factory);
    }

    @ParameterizedTest
    @EnumSource(
            value = ThreadingMode.class,
            names = {"SHARED", "DEDICATED", "SINGLE"})
    void shouldRunOnEphemeralPortsAndLeaveNothingBehind(final ThreadingMode mode) throws Exception {
        final InetSocketAddress wellKnown;
        final int[] bladePorts;
        try (Chassis chassis = Chassis.launch(context().threadingMode(mode))) {
            wellKnown = chassis.wellKnownAddress();
            bladePorts = chassis.bladePorts();
            assertEquals(3, Arrays.stream(bladePorts).distinct().count());
            assertTrue(answer(wellKnown).startsWith("SIP/2.0 200"), "OPTIONS is answered by the chassis");
            sendTo(bladePorts[2]);
            await(() -> factory.blades.get(2).datagrams == 1);
        }
        assertEquals(List.of(), chassisThreads());
        for (final SparseBlade blade : factory.blades) {
            assertEquals(1, blade.starts);
            assertEquals(1, blade.closes);
        }
        // The sockets are free again, at once.
        UdpPort.bind(wellKnown).close();
        UdpPort.bind(new InetSocketAddress(wellKnown.getAddress(), bladePorts[0]))
                .close();
    }

    @ParameterizedTest
    @EnumSource(IdleMode.class)
    void shouldAnswerWhateverTheWaiting(final IdleMode mode) throws Exception {
        try (Chassis chassis = Chassis.launch(context().bladeCount(2).idleMode(mode))) {
            for (int i = 0; i < 20; i++) {
                assertTrue(answer(chassis.wellKnownAddress()).startsWith("SIP/2.0 200"));
            }
        }
    }

    @Test
    void shouldHostBladesAsTheThreadingModeSays() throws Exception {
        assertEquals(
                List.of("midplane-blades-0", "midplane-blades-1", "midplane-blades-0"),
                threadsOfBlades(ThreadingMode.SHARED));
        assertEquals(
                List.of("midplane-blades-0", "midplane-blades-1", "midplane-blades-2"),
                threadsOfBlades(ThreadingMode.DEDICATED));
        assertEquals(
                List.of("midplane-chassis", "midplane-chassis", "midplane-chassis"),
                threadsOfBlades(ThreadingMode.SINGLE));
    }

    private List<String> threadsOfBlades(final ThreadingMode mode) throws Exception {
        factory.blades.clear();
        try (Chassis chassis = Chassis.launch(context().threadingMode(mode))) {
            await(() -> factory.blades.stream().allMatch(blade -> blade.starts == 1));
            assertEquals(factory.blades.size(), chassis.bladePorts().length);
            final List<String> threads = new ArrayList<>();
            factory.blades.forEach(blade -> threads.add(blade.thread));
            return threads;
        }
    }

    /** Nobody wakes by himself here: without its bell or its socket a thread sleeps until the test is over. */
    @ParameterizedTest
    @EnumSource(
            value = ThreadingMode.class,
            names = {"SHARED", "DEDICATED", "SINGLE"})
    void shouldWakeEachThreadForItsRingsAndItsSockets(final ThreadingMode mode) throws Exception {
        try (Chassis chassis = Chassis.launch(context().threadingMode(mode))) {
            for (int round = 1; round <= 30; round++) {
                final int rounds = round;
                sendTo(chassis.wellKnownAddress().getPort(), invite(round));
                await(() -> frames() == rounds);
                sendTo(chassis.bladePorts()[round % 3]);
                await(() -> chassis.dispatcher().sessions() == rounds);
            }
        }
    }

    @Test
    void shouldHangUpAndFallSilent() throws Exception {
        final List<String> told = new ArrayList<>();
        try (Chassis chassis = Chassis.launch(context().stateListener((slot, state, sessions) -> {
            synchronized (told) {
                told.add("slot " + slot + ' ' + ChassisMain.stateName(state));
            }
        }))) {
            chassis.hangUp();
            assertTrue(chassis.awaitSilence(TimeUnit.SECONDS.toNanos(10)));
        }
        synchronized (told) {
            told.sort(String::compareTo);
            assertEquals(List.of("slot 0 draining", "slot 1 draining", "slot 2 draining"), told);
        }
    }

    @Test
    void shouldNameThePortThatIsTakenAndCloseTheOthers() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            final List<DatagramPort> opened = new ArrayList<>();
            final int port = taken.getLocalPort();
            final LaunchException atWellKnown = assertThrows(
                    LaunchException.class, () -> Chassis.launch(context().wellKnownSipPort(port)));
            assertEquals(
                    "UDP port 127.0.0.1:" + port + " cannot be bound (midplane.sip.port=" + port
                            + ", midplane.bind-address=127.0.0.1): Address already in use.",
                    atWellKnown.getMessage());
            final LaunchException atBlade = assertThrows(
                    LaunchException.class,
                    () -> Chassis.launch(
                            context().bladePortBase(port).bladeCount(1).datagramPortSupplier(address -> {
                                final DatagramPort bound = UdpPort.bind(address);
                                opened.add(bound);
                                return bound;
                            })));
            assertEquals(
                    "UDP port 127.0.0.1:" + port + " cannot be bound for the blade in slot 0 (midplane.blade.port-base="
                            + port + ", midplane.bind-address=127.0.0.1): Address already in use.",
                    atBlade.getMessage());
            assertEquals(1, opened.size());
            UdpPort.bind(opened.get(0).localAddress()).close();
        }
        assertEquals(List.of(), chassisThreads());
    }

    @Test
    void shouldCloseEverythingWhenABladeCannotBeMade() {
        final List<DatagramPort> opened = new ArrayList<>();
        assertThrows(
                IllegalStateException.class,
                () -> Chassis.launch(context()
                        .datagramPortSupplier(address -> {
                            final DatagramPort bound = UdpPort.bind(address);
                            opened.add(bound);
                            return bound;
                        })
                        .bladeFactory(slot -> {
                            throw new IllegalStateException("no blade");
                        })));
        assertEquals(4, opened.size());
        opened.forEach(port -> UdpPort.bind(port.localAddress()).close());
        assertEquals(List.of(), chassisThreads());
    }

    @Test
    void shouldRunInItsCallersThreadAndOnItsCallersClock() throws Exception {
        final long[] nowNs = {1_000};
        final ChassisContext context = context()
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(() -> nowNs[0])
                .epochClock(() -> nowNs[0] / 1_000_000)
                .entropySeed(() -> 42)
                .errorHandler(ex -> {
                    throw new AssertionError(ex);
                });
        try (Chassis chassis = Chassis.launch(context)) {
            assertEquals(List.of(), chassisThreads());
            assertEquals(Thread.currentThread().getName(), factory.blades.get(0).thread);
            assertEquals(0, chassis.doWork());
            assertFalse(chassis.hasWork());
            sendTo(chassis.bladePorts()[1]);
            await(() -> chassis.doWork() > 0);
            assertEquals(1, factory.blades.get(1).datagrams);
            chassis.hangUp();
            assertTrue(chassis.hasWork(), "the dispatcher has to tell its blades");
            while (chassis.doWork() > 0) {
                assertEquals(List.of(), chassisThreads());
            }
            assertEquals(0, chassis.dispatcher().sessions());
        }
        assertEquals(1, factory.blades.get(0).closes);
        assertEquals(42, factory.blades.get(0).slot.epoch());
    }

    @Test
    void shouldGiveBladesLeasesThatEndWithTheChassis() throws Exception {
        final Chassis chassis = Chassis.launch(context());
        final SparseBlade blade = factory.blades.get(0);
        chassis.close();
        chassis.close();
        final Peer nobody = Peer.of(new InetSocketAddress("127.0.0.1", 9));
        assertFalse(blade.slot.port().offer(ByteBuffer.allocateDirect(1), nobody));
        assertFalse(blade.slot.wellKnownPort().offer(ByteBuffer.allocateDirect(1), nobody));
    }

    @Test
    void shouldPrintABrokenBladesErrorOnceAndKeepItsNeighboursRunning() throws Exception {
        final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (Chassis chassis = Chassis.launch(context()
                .threadingMode(ThreadingMode.SINGLE)
                .errorOutput(new PrintStream(printed, true, StandardCharsets.UTF_8)))) {
            factory.blades.get(0).failure = new IllegalStateException("thought impossible");
            sendTo(chassis.bladePorts()[0]);
            await(() -> chassis.counters().value("chassis.errors") > 2);
            sendTo(chassis.bladePorts()[1]);
            await(() -> factory.blades.get(1).datagrams == 1);
        }
        final String text = printed.toString(StandardCharsets.UTF_8);
        assertTrue(text.contains("thought impossible"), text);
        assertEquals(
                text.indexOf("error in Midplane itself"),
                text.lastIndexOf("error in Midplane itself"),
                "once: " + text);
    }

    @Test
    void shouldGiveEachBladeEntropyOfItsOwn() {
        Chassis.launch(context()).close();
        assertNotEquals(
                factory.blades.get(0).slot.entropy().nextLong(),
                factory.blades.get(1).slot.entropy().nextLong());
    }

    @Test
    void shouldRefuseToBeDrivenWhenItHasThreads() {
        try (Chassis chassis = Chassis.launch(context())) {
            assertThrows(IllegalStateException.class, chassis::doWork);
            assertThrows(IllegalStateException.class, chassis::nextDeadlineNs);
            assertThrows(IllegalStateException.class, chassis::hasWork);
        }
    }

    private long frames() {
        return factory.blades.stream().mapToLong(blade -> blade.frames).sum();
    }

    private static byte[] invite(final int number) {
        return new String(OPTIONS, StandardCharsets.US_ASCII)
                .replace("OPTIONS", "INVITE")
                .replace("Call-ID: 1@", "Call-ID: " + number + '@')
                .getBytes(StandardCharsets.US_ASCII);
    }

    static List<String> chassisThreads() {
        final List<String> names = new ArrayList<>();
        for (final Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith("midplane-")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    static String answer(final InetSocketAddress wellKnown) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(OPTIONS, OPTIONS.length, wellKnown));
            final DatagramPacket packet = new DatagramPacket(new byte[2048], 2048);
            socket.receive(packet);
            return new String(packet.getData(), 0, packet.getLength(), StandardCharsets.US_ASCII);
        }
    }

    private static void sendTo(final int port) throws Exception {
        sendTo(port, new byte[1]);
    }

    private static void sendTo(final int port, final byte[] bytes) throws Exception {
        try (DatagramSocket socket = new DatagramSocket(0, InetAddress.getByName("127.0.0.1"))) {
            socket.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName("127.0.0.1"), port));
        }
    }

    /** Another thread's doing has no event to wait for; the test's timeout bounds it. */
    private static void await(final BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            assertFalse(Thread.currentThread().isInterrupted(), "not within the test's time");
            LockSupport.parkNanos(100_000);
        }
    }
}
