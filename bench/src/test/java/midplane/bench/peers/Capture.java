package midplane.bench.peers;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.testing.ForeignProgram;

/** A capture of the loopback interface by tshark, which also reads it. */
final class Capture implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration READ_LIMIT = Duration.ofSeconds(120);
    /** Dumpcap writes what it has twice a second. */
    private static final Duration SETTLE = Duration.ofMillis(1500);

    private static final Pattern DROPPED = Pattern.compile("(\\d+) packets? dropped");

    private final RunningProgram program;
    private final Path folder;
    private final int firstPort;
    private final int lastPort;

    private Capture(final RunningProgram program, final Path folder, final int firstPort, final int lastPort) {
        this.program = program;
        this.folder = folder;
        this.firstPort = firstPort;
        this.lastPort = lastPort;
    }

    /** Captures the signalling ports of a chassis. Without the right to capture the test is not run. */
    static Capture start(final Path folder, final ChassisProcess chassis) {
        return start(folder, chassis.port(), chassis.bladePort(chassis.blades() - 1));
    }

    /** Captures the MGCP ports of a chassis. */
    static Capture startMgcp(final Path folder, final ChassisProcess chassis) {
        return start(folder, chassis.mgcpPort(), chassis.mgcpBladePort(chassis.blades() - 1));
    }

    private static Capture start(final Path folder, final int firstPort, final int lastPort) {
        final RunningProgram program = RunningProgram.start(
                tshark(),
                List.of(
                        "-i",
                        "lo",
                        "-f",
                        "udp portrange " + firstPort + "-" + lastPort,
                        "-B",
                        "32",
                        "-w",
                        folder.resolve("capture.pcapng").toString()),
                folder,
                "capture.log");
        if (!program.awaitOutput("Capture started", START_LIMIT)) {
            program.close();
            throw ForeignProgram.unavailable("tshark cannot capture on lo (it needs CAP_NET_RAW): " + program.output());
        }
        return new Capture(program, folder, firstPort, lastPort);
    }

    private static ForeignProgram tshark() {
        return ForeignProgram.require("tshark");
    }

    /** Ends the capture; fails if a packet slipped through. */
    SipPackets stop() {
        end();
        return read(
                folder,
                folder.resolve("capture.pcapng"),
                false,
                List.of("-d", "udp.port==" + firstPort + "-" + lastPort + ",sip"));
    }

    /**
     * Ends the capture and has tshark read it as MGCP.
     *
     * @return of each packet: source port, destination port, verb or return code, and whatever is malformed in it.
     */
    List<String[]> stopMgcp() {
        end();
        final List<String> arguments = List.of(
                "-r",
                folder.resolve("capture.pcapng").toString(),
                "-d",
                "udp.port==" + firstPort + "-" + lastPort + ",mgcp",
                "-T",
                "fields",
                "-E",
                "separator=/t",
                "-e",
                "udp.srcport",
                "-e",
                "udp.dstport",
                "-e",
                "mgcp.req.verb",
                "-e",
                "mgcp.rsp.rspcode",
                "-e",
                "_ws.malformed",
                "-e",
                "_ws.expert.message");
        try (RunningProgram reader = RunningProgram.start(tshark(), arguments, folder, "capture.tsv")) {
            assertEquals(0, reader.exitCode(READ_LIMIT), reader::output);
            return reader.output()
                    .lines()
                    .filter(line -> line.matches("\\d+\t.*"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }

    private void end() {
        Patience.pass(SETTLE);
        program.terminate();
        assertEquals(0, program.exitCode(START_LIMIT), program::output);
        final Matcher dropped = DROPPED.matcher(program.output());
        assertTrue(!dropped.find() || "0".equals(dropped.group(1)), program::output);
    }

    /** The SIP messages in a file of exported PDUs, such as a fabric tap writes. */
    static SipPackets readExported(final Path folder, final Path file) {
        return read(folder, file, true, List.of());
    }

    private static SipPackets read(
            final Path folder, final Path file, final boolean isExported, final List<String> options) {
        final List<String> arguments = new ArrayList<>(List.of("-r", file.toString()));
        arguments.addAll(options);
        arguments.addAll(List.of("-Y", "sip", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f"));
        for (final SipPackets.Field field : SipPackets.Field.values()) {
            arguments.add("-e");
            arguments.add(field.tsharkName(isExported));
        }
        try (RunningProgram reader = RunningProgram.start(tshark(), arguments, folder, file.getFileName() + ".tsv")) {
            assertEquals(0, reader.exitCode(READ_LIMIT), reader::output);
            return SipPackets.of(reader.output());
        }
    }

    @Override
    public void close() {
        program.close();
    }
}
