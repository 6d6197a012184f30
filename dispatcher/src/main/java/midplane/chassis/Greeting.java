package midplane.chassis;

import java.io.PrintStream;
import java.net.InetSocketAddress;
import midplane.fabric.LoadReport;

/** What a chassis says when it is up: what runs where, and how to place the first call. */
final class Greeting {
    private final Chassis chassis;
    private final PropertyValues values;

    Greeting(final Chassis chassis, final PropertyValues values) {
        this.chassis = chassis;
        this.values = values;
    }

    void print(final PrintStream out) {
        final ChassisSettings settings = chassis.settings();
        final InetSocketAddress wellKnown = chassis.wellKnownAddress();
        final InetSocketAddress mgcp = chassis.mgcpAddress();
        final int[] ports = chassis.bladePorts();
        out.println(Product.NAME + ' ' + Product.version() + " on Java "
                + Runtime.version().feature() + ": SIP on udp "
                + ChassisPorts.text(wellKnown) + (mgcp == null ? "" : ", MGCP on udp " + ChassisPorts.text(mgcp))
                + ", blades: " + ports.length + ", threads: "
                + values.text(ChassisProperty.THREADING_MODE) + ", idle: " + values.text(ChassisProperty.IDLE));
        out.println("slot  blade  port   state");
        for (int slot = 0; slot < ports.length; slot++) {
            out.printf("%4d  b%02x    %-5d  %s%n", slot, slot, ports[slot], ChassisMain.stateName(LoadReport.UP));
        }
        printBufferHint(out, settings.ports().socketBufferLength());
        final String target = target(settings, wellKnown);
        out.println("First call: sipp -sn uac -s echo -m 1 " + target);
        out.println("        or: sip:annc@" + target + ";play=welcome from a softphone");
        out.flush();
    }

    /** Where a client on this machine finds the chassis. */
    private static String target(final ChassisSettings settings, final InetSocketAddress wellKnown) {
        return wellKnown.getAddress().isAnyLocalAddress()
                ? settings.sip().advertisedHost() + ':' + wellKnown.getPort()
                : ChassisPorts.text(wellKnown);
    }

    private void printBufferHint(final PrintStream out, final int asked) {
        final int granted = chassis.receiveBufferLength();
        if (granted < asked) {
            out.println("The system grants " + Quantity.format(granted, Quantity.SIZES) + " of the "
                    + values.text(ChassisProperty.SOCKET_BUFFER) + " receive buffer asked for ("
                    + ChassisProperty.SOCKET_BUFFER.propertyName() + "). For bursts: sudo sysctl -w net.core.rmem_max="
                    + asked);
        }
    }
}
