package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import midplane.signalling.SessionService;
import midplane.signalling.SizeIndication;
import midplane.signalling.SizeSource;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import midplane.signalling.sip.SizeReader;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.params.provider.MethodSource;

/** Any bytes as a message whose size is asked for: there is always one, and the message before has no say in it. */
class SizeFuzzTest {
    private static final byte[] OTHER = FuzzSeeds.SIZED.get(0);

    private final SipScanner scanner = new SipScanner();
    private final SipMessage message = new SipMessage();
    private final SizeReader reader = new SizeReader();

    @MethodSource("midplane.signalling.fuzz.FuzzSeeds#sizes")
    @FuzzTest
    void read(final byte[] bytes) {
        read(OTHER, message);
        final String size = read(bytes, message);
        assertEquals(size, read(bytes, message));
    }

    private String read(final byte[] bytes, final SipMessage into) {
        if (scanner.scan(new UnsafeBuffer(bytes), 0, bytes.length, into) != SipFault.NONE || !into.isRequest()) {
            return "";
        }
        final SessionService service = reader.service(into);
        final SizeIndication size = reader.read(into, service);
        assertTrue(size.units() >= 1 && size.units() <= SizeIndication.MAX_UNITS);
        assertEquals(0, size.faults() & (1 << SizeSource.SERVICE.ordinal() | 1 << SizeSource.MGCP.ordinal()));
        assertTrue(size.source().isStatement() || (size.units() >= service.units() && !size.isContradictory()));
        assertTrue(!size.isRequired() || size.source().isStatement());
        return size.units() + " " + size.source() + " " + size.faults() + " " + size.isContradictory() + " "
                + size.isRequired() + " " + service;
    }
}
