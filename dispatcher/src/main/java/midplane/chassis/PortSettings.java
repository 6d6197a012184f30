package midplane.chassis;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * Which ports the chassis binds.
 *
 * @param sipPort the well-known port; 0 for one that the system chooses.
 * @param bladePortBase the port of slot 0; 0 for ports that the system chooses.
 * @param firstMediaPort even: where the RTP ports of slot 0 begin.
 * @param mediaPairsPerBlade pairs of ports for RTP and RTCP on each blade.
 * @param socketBufferLength bytes asked for each signalling port and direction.
 */
record PortSettings(
        InetAddress bindAddress,
        int sipPort,
        int bladePortBase,
        int firstMediaPort,
        int mediaPairsPerBlade,
        int socketBufferLength) {
    InetSocketAddress wellKnownAddress() {
        return new InetSocketAddress(bindAddress, sipPort);
    }

    InetSocketAddress bladeAddress(final int slot) {
        return new InetSocketAddress(bindAddress, bladePortBase == 0 ? 0 : bladePortBase + slot);
    }

    int firstMediaPort(final int slot) {
        return firstMediaPort + 2 * mediaPairsPerBlade * slot;
    }

    int lastMediaPort(final int slot) {
        return firstMediaPort(slot + 1) - 1;
    }
}
