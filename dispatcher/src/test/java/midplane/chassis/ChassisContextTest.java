package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import midplane.dispatcher.BladeSelector;
import midplane.net.Peer;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChassisContextTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final ChassisContext context = new ChassisContext().availableProcessors(8);

    private String refusal() {
        return assertThrows(ConfigurationException.class, context::conclude).getMessage();
    }

    @Test
    void shouldListenOnLoopbackOnlyWhenNothingIsSaid() {
        final ChassisSettings settings = context.conclude();
        assertEquals(new InetSocketAddress("127.0.0.1", 5060), settings.ports().wellKnownAddress());
        assertEquals(4, settings.fabric().slots());
        assertEquals(5071, settings.ports().bladeAddress(0).getPort());
        assertEquals(5074, settings.ports().bladeAddress(3).getPort());
        assertEquals("127.0.0.1", settings.sip().advertisedHost());
        assertEquals("127.0.0.1", settings.media().advertisedAddress());
        assertTrue(settings.admission().allowList().allows(Peer.of(new InetSocketAddress("127.9.9.9", 1))));
        assertTrue(settings.admission().allowList().allows(Peer.of(new InetSocketAddress("::1", 1))));
        assertFalse(settings.admission().allowList().allows(Peer.of(new InetSocketAddress("192.0.2.1", 1))));
    }

    @Test
    void shouldConcludeIntoTheRecordsOfTheParts() {
        final ChassisSettings settings = context.bladeCount(8)
                .wellKnownSipPort(6060)
                .bladePortBase(7000)
                .bindAddress("::1")
                .advertisedHost("ms.example.net")
                .rtpAdvertisedAddress("2001:db8::1")
                .threadingMode(ThreadingMode.DEDICATED)
                .idleMode(IdleMode.YIELD)
                .ringLength(64)
                .ringFrameCapacity(4096)
                .policy(BladeSelector.Policy.ROUND_ROBIN)
                .portInsertion(PortInsertion.RURI)
                .tableCapacity(1000)
                .refusalsPerSecond(7)
                .responseFrom(ResponseFrom.WELLKNOWN)
                .t1Ns(SECOND_NS)
                .t2Ns(2 * SECOND_NS)
                .t4Ns(3 * SECOND_NS)
                .answerDelayNs(SECOND_NS / 2)
                .maxDialogs(99)
                .maxUnacknowledged(98)
                .maxUnacknowledgedPerSource(97)
                .rtpPortRange(30_000, 30_159)
                .maxPlayNs(60 * SECOND_NS)
                .fabricTap(Path.of("tap.pcap"))
                .fabricTapSlots("1,3")
                .fabricTapLengthMax(1 << 20)
                .socketBufferLength(1 << 16)
                .shutdownTimeoutNs(0)
                .conclude();
        assertEquals(6060, settings.ports().sipPort());
        assertEquals(7007, settings.ports().bladeAddress(7).getPort());
        assertEquals(1 << 16, settings.ports().socketBufferLength());
        assertEquals("ms.example.net", settings.sip().advertisedHost());
        assertEquals("2001:db8:0:0:0:0:0:1", settings.media().advertisedAddress());
        assertEquals(new ThreadSettings(ThreadingMode.DEDICATED, IdleMode.YIELD, 8), settings.threads());
        assertEquals(new FabricSettings(8, 64, 4096, Path.of("tap.pcap"), 0b1010, 1 << 20), settings.fabric());
        assertEquals(PortInsertion.RURI, settings.dispatcher().portInsertion());
        assertEquals(1000, settings.dispatcher().tableCapacity());
        assertEquals(7, settings.dispatcher().refusalsPerSecond());
        assertEquals(67 * SECOND_NS, settings.dispatcher().settledLifetimeNs());
        assertEquals(244 * SECOND_NS, settings.dispatcher().pendingLifetimeNs());
        assertEquals(SECOND_NS, settings.sip().t1Ns());
        assertEquals(2 * SECOND_NS, settings.sip().t2Ns());
        assertEquals(3 * SECOND_NS, settings.sip().t4Ns());
        assertEquals(SECOND_NS / 2, settings.sip().answerDelayNs());
        assertEquals(ResponseFrom.WELLKNOWN, settings.sip().responseFrom());
        assertEquals(PortInsertion.RURI, settings.sip().portInsertion());
        assertEquals(99, settings.sip().maxDialogs());
        assertEquals(98, settings.sip().maxUnacknowledged());
        assertEquals(97, settings.sip().maxUnacknowledgedPerSource());
        assertEquals("Midplane/development", settings.sip().product());
        assertEquals(60 * SECOND_NS, settings.media().maxPlayNs());
        assertEquals(0, settings.shutdownTimeoutNs());
    }

    @Test
    void shouldConcludeOnce() {
        context.conclude();
        assertThrows(IllegalStateException.class, context::conclude);
    }

    @Test
    void shouldCheckWhatCodeSaysAsWellAsWhatPeopleWrite() {
        context.bladeCount(0);
        assertEquals("midplane.blade.count=0 (ChassisContext): expected a whole number from 1 to 64.", refusal());
    }

    @Test
    void shouldCheckDurationsOfCodeInTheirRange() {
        context.t1Ns(-1);
        assertEquals(
                "midplane.sip.t1=-1ns (ChassisContext): expected a duration from 10ms to 10s in ns, us, ms, s, m or h.",
                refusal());
    }

    @ParameterizedTest
    @CsvSource({"20000, 29999, 4, 20000, 1250", "20001, 20008, 3, 20002, 1", "1, 65535, 64, 2, 511"})
    void shouldSplitTheMediaPortsEvenlyAndEvenAligned(
            final int first, final int last, final int blades, final int firstRtp, final int pairsPerBlade) {
        final PortSettings ports = context.rtpPortRange(first, last)
                .bladeCount(blades)
                .wellKnownSipPort(0)
                .bladePortBase(0)
                .conclude()
                .ports();
        for (int slot = 0; slot < blades; slot++) {
            assertEquals(firstRtp + 2 * pairsPerBlade * slot, ports.firstMediaPort(slot));
            assertEquals(ports.firstMediaPort(slot) + 2 * pairsPerBlade - 1, ports.lastMediaPort(slot));
            assertTrue(ports.firstMediaPort(slot) % 2 == 0 && ports.lastMediaPort(slot) <= last);
        }
    }

    @Test
    void shouldRefuseTooFewMediaPorts() {
        context.rtpPortRange(20_001, 20_008).bladeCount(4);
        assertEquals(
                "midplane.rtp.port-range=20001-20008 holds 3 pairs of an even port and the next, and 4 blades need at"
                        + " least one each.",
                refusal());
    }

    @ParameterizedTest
    @CsvSource({"5057, 5060", "5060, 5063", "5058, 5061"})
    void shouldRefuseBladePortsThatMeetTheWellKnownPort(final int base, final int last) {
        context.bladePortBase(base);
        assertEquals(
                "midplane.blade.port-base=" + base + " gives the blades ports " + base + " to " + last
                        + ", and midplane.sip.port=5060 is one of them.",
                refusal());
    }

    @ParameterizedTest
    @CsvSource({"5056", "5061"})
    void shouldAcceptBladePortsNextToTheWellKnownPort(final int base) {
        assertEquals(base, context.bladePortBase(base).conclude().ports().bladePortBase());
    }

    @Test
    void shouldRefuseBladePortsBeyondTheLastPort() {
        context.bladePortBase(65_533);
        assertEquals("midplane.blade.port-base=65533 leaves no ports up to 65535 for 4 blades.", refusal());
    }

    @Test
    void shouldAcceptTheLastPorts() {
        assertEquals(
                65_535,
                context.bladePortBase(65_532).conclude().ports().bladeAddress(3).getPort());
    }

    @ParameterizedTest
    @CsvSource({
        "5000-5060, midplane.sip.port=5060",
        "5060-5069, midplane.sip.port=5060",
        "5062-5071, midplane.blade.port-base=5071",
        "5074-6000, midplane.blade.port-base=5071"
    })
    void shouldRefuseMediaPortsThatMeetSignallingPorts(final String range, final String other) {
        context.property("midplane.rtp.port-range", range);
        assertEquals("midplane.rtp.port-range=" + range + " overlaps the ports of " + other + '.', refusal());
    }

    @Test
    void shouldRefuseToOpenUpWithoutBeingToldForWhom() {
        context.bindAddress("192.0.2.1");
        assertEquals(
                "midplane.bind-address=192.0.2.1 opens the chassis to the network while midplane.allow lets in nobody"
                        + " but this machine: set midplane.allow to the sources that may call, as in 10.0.0.0/8.",
                refusal());
    }

    @Test
    void shouldOpenUpWhenToldForWhom() {
        final ChassisSettings settings =
                context.bindAddress("192.0.2.1").allow("192.0.2.0/24", "::/0").conclude();
        assertTrue(settings.admission().allowList().allows(Peer.of(new InetSocketAddress("192.0.2.77", 1))));
        assertFalse(settings.admission().allowList().allows(Peer.of(new InetSocketAddress("127.0.0.1", 1))));
        assertEquals("192.0.2.1", settings.sip().advertisedHost());
    }

    @ParameterizedTest
    @CsvSource({"0.0.0.0", "::"})
    void shouldRefuseAWildcardWithoutAHostToAdvertise(final String wildcard) {
        context.bindAddress(wildcard).allow("10.0.0.0/8");
        assertEquals(
                "midplane.bind-address=" + wildcard + " is no address that a client could answer to: set"
                        + " midplane.advertised-host to the name or address that goes into Contact.",
                refusal());
    }

    @Test
    void shouldRefuseAWildcardAsHostToAdvertise() {
        context.bindAddress("0.0.0.0").allow("10.0.0.0/8").advertisedHost("0.0.0.0");
        assertEquals("midplane.advertised-host=0.0.0.0 is no address that a client could answer to.", refusal());
    }

    @Test
    void shouldRefuseAWildcardWithANameButNoAddressForSdp() {
        context.bindAddress("0.0.0.0").allow("10.0.0.0/8").advertisedHost("ms.example.net");
        assertEquals(
                "midplane.bind-address=0.0.0.0 with a name in midplane.advertised-host leaves no address for SDP: set"
                        + " midplane.rtp.advertised-address to a numeric one.",
                refusal());
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, '', '', 192.0.2.1, 192.0.2.1",
        "192.0.2.1, ms.example.net, '', ms.example.net, 192.0.2.1",
        "192.0.2.1, 198.51.100.1, '', 198.51.100.1, 198.51.100.1",
        "192.0.2.1, 198.51.100.1, 203.0.113.1, 198.51.100.1, 203.0.113.1",
        "0.0.0.0, 198.51.100.1, '', 198.51.100.1, 198.51.100.1",
        "0.0.0.0, ms.example.net, 203.0.113.1, ms.example.net, 203.0.113.1",
        "::1, '', '', [0:0:0:0:0:0:0:1], 0:0:0:0:0:0:0:1",
        "::1, [2001:db8::1], '', [2001:db8:0:0:0:0:0:1], 2001:db8:0:0:0:0:0:1"
    })
    void shouldAdvertise(
            final String bind, final String host, final String rtp, final String contactHost, final String sdpAddress) {
        final ChassisSettings settings = context.bindAddress(bind)
                .allow("10.0.0.0/8")
                .advertisedHost(host)
                .rtpAdvertisedAddress(rtp)
                .conclude();
        assertEquals(contactHost, settings.sip().advertisedHost());
        assertEquals(sdpAddress, settings.media().advertisedAddress());
    }

    @Test
    void shouldRefuseT2BelowT1() {
        context.t1Ns(5 * SECOND_NS);
        assertEquals("midplane.sip.t2=4s is below midplane.sip.t1=5s.", refusal());
    }

    @Test
    void shouldRefuseARingThatNoBufferHolds() {
        context.ringLength(65_536).ringFrameCapacity(65_536);
        assertEquals(
                "midplane.ring.length=65536 with midplane.ring.frame-capacity=64KiB makes a ring of more than 2GiB.",
                refusal());
    }

    @Test
    void shouldRefuseToTapASlotThatIsNotThere() {
        context.fabricTapSlots("0,4");
        assertEquals("midplane.fabric.tap-slots=0,4 names a slot beyond 0 to 3.", refusal());
    }

    @Test
    void shouldTapTheSlotsThatAreThere() {
        assertEquals(0b1111, context.fabricTapSlots("all").conclude().fabric().tapSlots());
    }

    @Test
    void shouldTapAllOf64Slots() {
        assertEquals(
                -1L,
                context.bladeCount(64).fabricTapSlots("all").conclude().fabric().tapSlots());
    }

    @ParameterizedTest
    @CsvSource({
        "SHARED, 4, 1, 1",
        "SHARED, 4, 2, 1",
        "SHARED, 4, 4, 3",
        "SHARED, 4, 64, 4",
        "DEDICATED, 4, 2, 4",
        "SINGLE, 4, 64, 0",
        "INVOKER, 4, 64, 0"
    })
    void shouldPlanThreads(final ThreadingMode mode, final int blades, final int processors, final int bladeThreads) {
        assertEquals(
                bladeThreads,
                context.threadingMode(mode)
                        .bladeCount(blades)
                        .availableProcessors(processors)
                        .conclude()
                        .threads()
                        .bladeThreads());
    }

    @Test
    void shouldRefuseToSpinWithoutACoreForEachThread() {
        context.threadingMode(ThreadingMode.DEDICATED).idleMode(IdleMode.SPIN).availableProcessors(4);
        assertEquals(
                "midplane.idle=spin needs a core for each of the 5 threads of midplane.threading-mode=dedicated, and"
                        + " there are 4: set another threading mode, or park.",
                refusal());
    }

    @Test
    void shouldSpinWhenThereIsACoreForEachThread() {
        assertEquals(
                IdleMode.SPIN,
                context.threadingMode(ThreadingMode.DEDICATED)
                        .idleMode(IdleMode.SPIN)
                        .availableProcessors(5)
                        .conclude()
                        .threads()
                        .idle());
    }
}
