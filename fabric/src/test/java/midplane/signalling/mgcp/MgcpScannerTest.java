package midplane.signalling.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import midplane.signalling.BladeTerm;
import midplane.signalling.Slice;
import midplane.testing.Allocation;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class MgcpScannerTest {
    private static final String CRCX = "CRCX 1204 ann/$@ms.example.net MGCP 1.0\r\n"
            + "C: A3C47F21456789F0\r\nL: p:20, a:PCMU\r\nM: sendrecv\r\nX-Session-Size: 4\r\n\r\nv=0\r\ns=-\r\n";

    private final MgcpScanner scanner = new MgcpScanner();
    private final MgcpMessage message = new MgcpMessage();
    private final Slice slice = new Slice();

    @ParameterizedTest
    @MethodSource("midplane.signalling.mgcp.MgcpCorpus#datagrams")
    void shouldReadWhatOthersWrote(final MgcpCorpus.Datagram datagram) {
        final List<String> kinds = new ArrayList<>();
        final UnsafeBuffer buffer = new UnsafeBuffer(datagram.bytes());
        for (int at = 0; at < buffer.capacity(); at = message.nextOffset()) {
            assertEquals(MgcpFault.NONE, scanner.scan(buffer, at, buffer.capacity() - at, message));
            kinds.add(message.isCommand() ? message.verbName().toString() : String.valueOf(message.returnCode()));
        }
        final boolean isPiggybacked = datagram.name().startsWith("016-3.5.5");
        assertEquals(isPiggybacked ? List.of("200", "DLCX") : kinds.subList(0, 1), kinds);
    }

    @Test
    void shouldReadACommand() {
        assertEquals(MgcpFault.NONE, scan(CRCX));
        assertTrue(message.isCommand());
        assertEquals(MgcpVerb.CRCX, message.verb());
        assertEquals(1204, message.transactionId());
        assertEquals("ann/$", message.endpoint().localName().toString());
        assertEquals("ms.example.net", message.endpoint().domain().toString());
        assertTrue(message.endpoint().hasAny());
        assertFalse(message.endpoint().hasAll());
        assertEquals(
                "p:20, a:PCMU",
                message.value(MgcpParameter.LOCAL_CONNECTION_OPTIONS, slice).toString());
        assertEquals("4", message.value(MgcpParameter.SESSION_SIZE, slice).toString());
        assertEquals(1, message.descriptionCount());
        slice.wrap(message.buffer(), message.descriptionOffset(0), message.descriptionLength(0));
        assertEquals("v=0\r\ns=-\r\n", slice.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r\n"})
    void shouldTakeEitherLineEndAndAnyCaseAndNoBlank(final String eol) {
        assertEquals(
                MgcpFault.NONE,
                scan(("crcx 7 CNF/3/17@[192.0.2.7] mgcp 1.0\nc:1\nx-MIDPLANE-port : 5\nm:SendRecv")
                        .replace("\n", eol)));
        assertEquals(MgcpVerb.CRCX, message.verb());
        assertEquals(3, message.endpoint().owner());
        assertEquals("1", message.value(MgcpParameter.CALL_ID, slice).toString());
        assertEquals("5", message.value(MgcpParameter.MIDPLANE_PORT, slice).toString());
        assertEquals(
                "SendRecv", message.value(MgcpParameter.CONNECTION_MODE, slice).toString());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Midplane-Port: 1",
                "x-midplane-port:1",
                "X-MIDPLANE-PORT \t: 1",
                " X-Midplane-Port: 1",
                "X+Midplane-Port: 1",
                "x+midplane-PORT\t:",
            })
    void shouldKnowEverySpellingOfOurParameter(final String line) {
        assertEquals(MgcpFault.NONE, scan("CRCX 1 ann/$@ms MGCP 1.0\nC: 1\n" + line + "\nM: inactive\n"));
        final int index = message.first(MgcpParameter.MIDPLANE_PORT);
        assertEquals(
                line + "\n",
                slice.wrap(message.buffer(), message.lineOffset(index), message.lineLength(index))
                        .toString());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hello world                           | NOISE                | false",
                "CRCX                                  | NOISE                | false",
                "CRCXX 1 a@b MGCP 1.0                  | NOISE                | false",
                "CRCX x a@b MGCP 1.0                   | BAD_TRANSACTION_ID   | false",
                "CRCX 1234567890 a@b MGCP 1.0          | BAD_TRANSACTION_ID   | false",
                "CRCX 1                                | BAD_COMMAND_LINE     | true",
                "CRCX 1 a@b                            | BAD_COMMAND_LINE     | true",
                "CRCX 1 a@b MGCP                       | BAD_COMMAND_LINE     | true",
                "CRCX 1 a@b HTTP 1.0                   | BAD_COMMAND_LINE     | true",
                "CRCX 1 a@b MGCP 1.                    | BAD_COMMAND_LINE     | true",
                "CRCX 1 ab MGCP 1.0                    | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a//b@c MGCP 1.0                | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a$/b@c MGCP 1.0                | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a@ MGCP 1.0                    | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a@b:0 MGCP 1.0                 | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a@[::1 MGCP 1.0                | BAD_ENDPOINT_NAME    | true",
                "CRCX 1 a@b MGCP 1.1                   | INCOMPATIBLE_VERSION | true",
                "CRCX 1 a@b MGCP 0.1                   | INCOMPATIBLE_VERSION | true",
                "CRCX 1 a@b MGCP 1.0 NCS 1.0           | INCOMPATIBLE_VERSION | true",
                "XPER 0 a@b mgcp 1.0                   | NONE                 | true",
                "2x0 1 OK                              | BAD_RESPONSE_LINE    | false",
                "200 OK                                | BAD_TRANSACTION_ID   | false",
                "800 17 /AU whatever                   | NONE                 | false",
            })
    void shouldJudgeTheFirstLine(final String line, final MgcpFault fault, final boolean isAnswerable) {
        assertEquals(fault, scan(line + "\r\n"));
        assertEquals(isAnswerable, message.isAnswerable());
    }

    @Test
    void shouldJudgeTheLinesBehind() {
        final String line = "CRCX 1 ann/$@ms MGCP 1.0\n";
        assertEquals(MgcpFault.BAD_PARAMETER_LINE, scan(line + "C\n"));
        assertEquals(MgcpFault.BAD_PARAMETER_LINE, scan(line + ": 1\n"));
        assertEquals(MgcpFault.DUPLICATE_PARAMETER, scan(line + "C: 1\nc: 2\n"));
        assertEquals(MgcpFault.NONE, scan(line + "X-Session-Size: 1\nX-Session-Size: 2\nFoo: 1\nFoo: 2\n"));
        assertEquals(MgcpFault.TOO_MANY_DESCRIPTIONS, scan(line + "\nv=0\n\nv=0\n"));
        assertEquals(MgcpFault.NONE, scan(line + "\nv=0\n\n"));
        assertEquals(MgcpFault.NONE, scan("200 1 OK\n\nv=0\n\nv=0\n"));
        assertEquals(2, message.descriptionCount());
        assertEquals(MgcpFault.TOO_MANY_DESCRIPTIONS, scan("200 1 OK\n\nv=0\n\nv=0\n\nv=0\n"));
        assertEquals(MgcpFault.NONE, scan(line + "D: " + "x".repeat(MgcpScanner.MAX_VALUE_LENGTH) + "\n"));
        assertEquals(
                MgcpFault.VALUE_TOO_LONG, scan(line + "D: " + "x".repeat(MgcpScanner.MAX_VALUE_LENGTH + 1) + "\n"));
        final String many = line + "X-a: 1\n".repeat(MgcpMessage.MAX_PARAMETERS - 1);
        assertEquals(MgcpFault.NONE, scan(many + "X-Midplane-Port: 1\n"));
        assertEquals(MgcpFault.TOO_MANY_PARAMETERS, scan(many + "X-a: 1\n"));
    }

    @Test
    void shouldSplitAtDotsAndGoOnBehindAFault() {
        final UnsafeBuffer buffer =
                bytes("\n200 5 OK\r\n.\r\nnoise\n.\nCRCX 6 ann/$@ms MGCP 1.0\nC 1\n\nv=0\n.\n.\nDLCX 7 a@b MGCP 1.0");
        final List<String> seen = new ArrayList<>();
        for (int at = 0; at < buffer.capacity(); at = message.nextOffset()) {
            seen.add(scanner.scan(buffer, at, buffer.capacity() - at, message) + " " + message.transactionId());
        }
        assertEquals(List.of("NONE 5", "NOISE -1", "BAD_PARAMETER_LINE 6", "EMPTY -1", "NONE 7"), seen);
    }

    @ParameterizedTest
    @CsvSource({
        "$,-1",
        "*,-2",
        "ann/$,-1",
        "ANN/*,-2",
        "ivr/$/$,-1",
        "cnf/*/*,-2",
        "*/*,-2",
        "$/$,-1",
        "ann/0/1,0",
        "Cnf/63/room,63",
        "*/3/*,3",
        "ann/3/$,3",
        "pe/17/2,17",
        "cnf/77,-3",
        "cnf/room,-3",
        "ann,-4",
        "ann/3,-4",
        "ann/64/1,-4",
        "ann/03/1,-4",
        "ann/x/1,-4",
        "aaln/1,-4",
        "rtpbridge/1,-4",
        "ann/1/2/3,-4",
        "anna/1/2,-4",
        "ann/100/1,-4",
    })
    void shouldFindTheBladeInTheName(final String localName, final int owner) {
        assertEquals(MgcpFault.NONE, scan("AUEP 1 " + localName + "@ms MGCP 1.0\n"));
        assertEquals(owner, message.endpoint().owner());
        if (owner == BladeTerm.CONFERENCE) {
            final int id = BladeTerm.conferenceIdOffset(0);
            assertEquals(localName.substring(4), localName.substring(id));
        }
    }

    @Test
    void shouldNameAnEndpointSoThatItsBladeIsFound() {
        final UnsafeBuffer name = new UnsafeBuffer(new byte[32]);
        for (int blade = 0; blade < BladeTerm.BLADES_MAX; blade++) {
            int length = BladeTerm.put(name, 0, "ivr", blade);
            length += name.putNaturalIntAscii(length, 17);
            assertEquals(blade, BladeTerm.owner(name, 0, length));
            for (final long count : new long[] {0, 1, GatewayTransactionId.CYCLE - 1, GatewayTransactionId.CYCLE}) {
                final int id = GatewayTransactionId.of(blade, count);
                assertTrue(id >= 1 && id <= 999_999_999, "id " + id);
                assertEquals(blade, GatewayTransactionId.blade(id));
            }
        }
    }

    @Test
    void shouldMakeNoGarbage() {
        final UnsafeBuffer buffer = bytes(CRCX + ".\n200 5 OK\nK:\n");
        final ResponseAckCursor acks = new ResponseAckCursor();
        final UnsafeBuffer out = new UnsafeBuffer(new byte[512]);
        final MgcpResponseWriter responses = new MgcpResponseWriter();
        final double bytes = Allocation.bytesPerCycle(() -> {
            for (int at = 0; at < buffer.capacity(); at = message.nextOffset()) {
                scanner.scan(buffer, at, buffer.capacity() - at, message);
                message.endpoint().owner();
                acks.wrap(message.value(MgcpParameter.RESPONSE_ACK, slice)).next();
                responses
                        .wrap(out, 0, 512)
                        .begin(510, message.transactionId(), message.fault().commentary())
                        .parameter("Z", message.endpoint().name())
                        .finish();
            }
        });
        assertTrue(bytes < 0.5, bytes + " bytes per cycle");
    }

    private MgcpFault scan(final String text) {
        final UnsafeBuffer buffer = bytes(text);
        return scanner.scan(buffer, 0, buffer.capacity(), message);
    }

    private static UnsafeBuffer bytes(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
