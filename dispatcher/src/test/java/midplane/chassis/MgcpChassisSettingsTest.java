package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import midplane.net.Peer;
import midplane.shelf.MgcpRedirect;
import midplane.shelf.ResponseFrom;
import org.junit.jupiter.api.Test;

final class MgcpChassisSettingsTest {
    private final ChassisContext context =
            new ChassisContext().availableProcessors(8).mgcp(true);

    private MgcpChassisSettings conclude() {
        final MgcpChassisSettings mgcp = context.conclude().mgcp();
        assertNotNull(mgcp);
        return mgcp;
    }

    private String refusal() {
        return assertThrows(ConfigurationException.class, context::conclude).getMessage();
    }

    @Test
    void shouldListenOnLoopbackOnlyWhenNothingIsSaid() {
        final MgcpChassisSettings mgcp = conclude();
        assertEquals(new InetSocketAddress("127.0.0.1", 2427), mgcp.wellKnownAddress());
        assertEquals(new InetSocketAddress("127.0.0.1", 2446), mgcp.bladeAddress(3, 2427));
        assertEquals("[127.0.0.1]", mgcp.blade().host());
        assertEquals(MgcpRedirect.PORT, mgcp.blade().redirect());
        assertEquals(ResponseFrom.WELLKNOWN, mgcp.blade().responseFrom());
        assertTrue(mgcp.blade().callAgents().allows(Peer.of(new InetSocketAddress("127.0.0.9", 1))));
        assertFalse(mgcp.blade().callAgents().allows(Peer.of(new InetSocketAddress("192.0.2.1", 1))));
    }

    @Test
    void shouldBeSwitchedOff() {
        assertNull(context.mgcp(false)
                .bindAddress("192.0.2.10")
                .allow("192.0.2.0/24")
                .conclude()
                .mgcp());
    }

    @Test
    void shouldBeThereOnLoopbackAndNeverOpenByItself() {
        assertNotNull(new ChassisContext().conclude().mgcp(), "a fresh install");
        assertNull(new ChassisContext().wellKnownSipPort(0).conclude().mgcp(), "nobody would look for it at 2427");
        assertNull(open().conclude().mgcp(), "no call agents are named");
        assertNotNull(open().mgcpAllow("192.0.2.7").conclude().mgcp());
    }

    private static ChassisContext open() {
        return new ChassisContext().bindAddress("192.0.2.10").allow("192.0.2.0/24");
    }

    @Test
    void shouldRefuseToOpenWithoutAListOfCallAgents() {
        context.bindAddress("192.0.2.10").allow("192.0.2.0/24");
        assertEquals(
                "midplane.bind-address=192.0.2.10 opens MGCP to the network, which knows no passwords,"
                        + " while midplane.mgcp.allow lets in nobody but this machine: set midplane.mgcp.allow to the call"
                        + " agents, as in 192.0.2.7, or midplane.mgcp.enabled=false.",
                refusal());
    }

    @Test
    void shouldOpenForAListOfCallAgents() {
        context.bindAddress("192.0.2.10")
                .allow("192.0.2.0/24")
                .mgcpAllow("192.0.2.7")
                .advertisedHost("ms.example.net");
        final MgcpChassisSettings mgcp = conclude();
        assertEquals("ms.example.net", mgcp.blade().host());
        assertTrue(mgcp.blade().callAgents().allows(Peer.of(new InetSocketAddress("192.0.2.7", 1))));
        assertFalse(mgcp.blade().callAgents().allows(Peer.of(new InetSocketAddress("192.0.2.8", 1))));
    }

    @Test
    void shouldGiveEachBladeAnAddressOfItsOwn() {
        context.mgcpRedirect(MgcpRedirect.ADDR);
        assertTrue(refusal().contains("set midplane.mgcp.blade-address-base to the first of 4"));
        final ChassisContext other =
                new ChassisContext().mgcp(true).mgcpRedirect(MgcpRedirect.ADDR).mgcpBladeAddressBase("127.0.0.254");
        final MgcpChassisSettings mgcp = other.conclude().mgcp();
        assertNotNull(mgcp);
        assertEquals(new InetSocketAddress("127.0.1.1", 4000), mgcp.bladeAddress(3, 4000));
    }

    @Test
    void shouldKeepItsPortsToItself() {
        for (final String[] clash : List.of(
                new String[] {"midplane.mgcp.port=5060", "midplane.sip.port"},
                new String[] {"midplane.mgcp.port=5072", "midplane.blade.port-base"},
                new String[] {"midplane.mgcp.port=20001", "midplane.rtp.port-range"},
                new String[] {"midplane.mgcp.blade-port-base=2425", "midplane.mgcp.port"},
                new String[] {"midplane.mgcp.blade-port-base=5057", "midplane.sip.port"},
                new String[] {"midplane.mgcp.blade-port-base=19998", "midplane.rtp.port-range"})) {
            final ChassisContext wrong = new ChassisContext().mgcp(true);
            wrong.values().putAssignment(clash[0], "-D");
            assertEquals(
                    clash[0] + " overlaps the ports of " + clash[1] + ".",
                    assertThrows(ConfigurationException.class, wrong::conclude).getMessage());
        }
    }

    @Test
    void shouldHaveRoomForTheCommandsItIsObligedToTake() {
        context.ringFrameCapacity(5 * 1024 - 1);
        assertTrue(refusal().contains("is less than the 5KiB"));
        assertNotNull(new ChassisContext()
                .mgcp(true)
                .ringFrameCapacity(5 * 1024)
                .conclude()
                .mgcp());
    }

    @Test
    void shouldTakeACallAgentByAddressOnly() {
        assertEquals(
                "ca@192.0.2.7:2727",
                context.mgcpNotifiedEntity("ca@192.0.2.7:2727")
                        .conclude()
                        .mgcp()
                        .blade()
                        .notifiedEntity());
        final ChassisContext wrong = new ChassisContext().mgcp(true).mgcpNotifiedEntity("ca@ca.example.net");
        assertThrows(ConfigurationException.class, wrong::conclude);
    }
}
