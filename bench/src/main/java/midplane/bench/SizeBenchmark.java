package midplane.bench;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import midplane.signalling.sip.SizeReader;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does it cost to ask an INVITE for its size, and who pays for XML? The yardstick is the scan that every message needs
 * anyway. The message is sipp's, as it is, with a header, or with a body.
 *
 * <pre>java -jar bench/target/benchmarks.jar SizeBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class SizeBenchmark {
    private static final String MSCML = "<?xml version=\"1.0\"?>\r\n<MediaServerControl version=\"1.0\"><request>"
            + "<configure_conference reservedtalkers=\"40\" reserveconfmedia=\"yes\"/></request></MediaServerControl>";

    @Param({"sdp", "header", "mscml", "bomb"})
    public String message = "sdp";

    private final SipScanner scanner = new SipScanner();
    private final SipMessage scanned = new SipMessage();
    private final SizeReader reader = new SizeReader();
    private UnsafeBuffer buffer = new UnsafeBuffer(new byte[0]);

    @Setup
    public void setup() {
        final String recorded = new String(new RecordedMessage("sipp").bytes(), StandardCharsets.ISO_8859_1);
        final String text = switch (message) {
            case "header" -> recorded.replaceFirst("\r\n", "\r\nSession-Size: 40\r\n");
            case "mscml" -> withBody(recorded, MSCML);
            case "bomb" -> withBody(recorded, "<!DOCTYPE a [" + "<!ENTITY a 'aaaaaaaaaa'>".repeat(600) + "]><a/>");
            default -> recorded;
        };
        final byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        buffer = new UnsafeBuffer(ByteBuffer.allocateDirect(bytes.length));
        buffer.putBytes(0, bytes);
        if (scan() != SipFault.NONE) {
            throw new IllegalStateException(message + " does not scan: " + scanned.fault());
        }
    }

    @Benchmark
    public SipFault scan() {
        return scanner.scan(buffer, 0, buffer.capacity(), scanned);
    }

    @Benchmark
    public int scanAndAskForTheSize() {
        scanner.scan(buffer, 0, buffer.capacity(), scanned);
        return reader.read(scanned, reader.service(scanned)).units();
    }

    private static String withBody(final String invite, final String body) {
        return invite.substring(0, invite.indexOf("\r\n\r\n"))
                        .replaceFirst("(?i)(content-length:).*", "$1 " + body.length())
                        .replaceFirst("(?i)application/sdp", "application/mediaservercontrol+xml")
                + "\r\n\r\n" + body;
    }
}
