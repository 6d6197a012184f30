package midplane.bench;

import gov.nist.javax.sip.message.SIPMessage;
import gov.nist.javax.sip.parser.StringMsgParser;
import java.text.ParseException;
import java.util.concurrent.TimeUnit;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
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
 * What does it cost to read an INVITE? The yardstick is JAIN-SIP's parser, which builds objects of every header; the
 * scanner only says where things stand.
 *
 * <pre>java -jar bench/target/benchmarks.jar ScanBenchmark -prof gc</pre>
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 1, jvmArgsAppend = "--add-opens=java.base/jdk.internal.misc=ALL-UNNAMED")
public class ScanBenchmark {
    @Param({"sipp", "baresip"})
    public String client = "sipp";

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final StringMsgParser jain = new StringMsgParser();
    private RecordedMessage recorded = new RecordedMessage("sipp");
    private byte[] bytes = recorded.bytes();

    @Setup
    public void setup() {
        recorded = new RecordedMessage(client);
        bytes = recorded.bytes();
    }

    @Benchmark
    public SipFault scanner() {
        return scanner.scan(recorded.buffer(), 0, recorded.length(), message);
    }

    @Benchmark
    public SIPMessage jainSip() throws ParseException {
        return jain.parseSIPMessage(bytes, true, false, null);
    }
}
