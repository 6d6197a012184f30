package midplane.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SizeIndicationTest {
    private final SizeIndication size = new SizeIndication();

    @ParameterizedTest
    @CsvSource({"1, 1", "40, 40", "00040, 40", "65535, 65535"})
    void shouldReadEverySize(final String text, final int units) {
        assertEquals(units, number(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "00000",
                "-1",
                "+1",
                "65536",
                "99999",
                "100000",
                "000001",
                "4294967297",
                "1.0",
                "1e3",
                "0x10",
                " 1",
                "1 ",
                "1,2",
                "1;a=b",
                "forty",
                "\u0661",
                "1\u0000"
            })
    void shouldFindNoSizeInAnythingElse(final String text) {
        assertEquals(SizeIndication.NO_SIZE, number(text));
    }

    @Test
    void shouldReadNothingOfALengthThatIsNone() {
        assertEquals(SizeIndication.NO_SIZE, SizeIndication.number(new UnsafeBuffer(new byte[0]), 0, -1));
    }

    @ParameterizedTest
    @CsvSource({
        "ANNOUNCEMENT, 1",
        "DIALOG, 2",
        "NEW_CONFERENCE, 4",
        "CONFERENCE_LEG, 1",
        "MGCP_ANNOUNCEMENT, 1",
        "MGCP_DIALOG, 2",
        "MGCP_CONFERENCE, 4"
    })
    void shouldTakeTheUsualSizeOfTheServiceWhenNobodySaysOne(final SessionService service, final int units) {
        size.begin(service);

        assertSize(units, SizeSource.SERVICE);
        assertFalse(size.isRequired());
        assertFalse(size.isContradictory());
        assertEquals(0, size.faults());
    }

    @Test
    void shouldTakeWhatTheServerStatesThoughItIsLessThanUsual() {
        size.begin(SessionService.NEW_CONFERENCE).state(SizeSource.SDP, 3);
        size.state(SizeSource.REQUEST_URI, 2);

        assertSize(2, SizeSource.REQUEST_URI);
        assertFalse(size.isContradictory(), "a description is no statement");
        size.state(SizeSource.SDP, 3);
        assertSize(2, SizeSource.REQUEST_URI);
    }

    @ParameterizedTest
    @CsvSource({
        "HEADER, REQUEST_URI",
        "REQUEST_URI, HEADER",
        "MSCML, HEADER",
        "HEADER, MRB",
        "MSML, MSCML",
        "MGCP, HEADER"
    })
    void shouldTakeTheLargerOfTwoStatementsAndSaySo(final SizeSource smaller, final SizeSource larger) {
        size.begin(SessionService.DIALOG).state(smaller, 20);
        size.state(larger, 40);
        assertSize(40, larger);
        assertTrue(size.isContradictory());

        size.begin(SessionService.DIALOG).state(larger, 40);
        size.state(smaller, 20);
        assertSize(40, larger);
        assertTrue(size.isContradictory());
    }

    @Test
    void shouldTakeTheFirstOfTwoThatAgree() {
        size.begin(SessionService.DIALOG).state(SizeSource.HEADER, 40);
        size.state(SizeSource.MSCML, 40);

        assertSize(40, SizeSource.HEADER);
        assertFalse(size.isContradictory());
    }

    @Test
    void shouldTakeAsManyLegsAsDescribedButNoFewerThanTheServiceTakes() {
        size.begin(SessionService.DIALOG).state(SizeSource.SDP, 1);
        assertSize(2, SizeSource.SERVICE);
        size.state(SizeSource.SDP, 3);
        assertSize(3, SizeSource.SDP);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, 65_536, Integer.MAX_VALUE})
    void shouldCountWhatIsNoSizeByItsSourceAndTakeTheNext(final int units) {
        size.begin(SessionService.DIALOG).state(SizeSource.HEADER, units);
        size.state(SizeSource.MSML, 7);

        assertSize(7, SizeSource.MSML);
        assertEquals(1 << SizeSource.HEADER.ordinal(), size.faults());
        assertFalse(size.isContradictory());
    }

    @Test
    void shouldForgetTheLastMessage() {
        size.begin(SessionService.DIALOG).state(SizeSource.HEADER, 40);
        size.state(SizeSource.MSCML, 41);
        size.fault(SizeSource.MRB);
        size.require();

        size.begin(SessionService.ANNOUNCEMENT);
        assertSize(1, SizeSource.SERVICE);
        assertFalse(size.isRequired() || size.isContradictory() || size.faults() != 0);
    }

    @Test
    void shouldKeepASourceInAByte() {
        for (final SizeSource source : SizeSource.values()) {
            assertEquals(source, SizeSource.ofCode(source.code()));
        }
        assertEquals(SizeSource.SERVICE, SizeSource.ofCode((byte) -1));
        assertEquals(SizeSource.SERVICE, SizeSource.ofCode((byte) 100));
    }

    private void assertSize(final int units, final SizeSource source) {
        assertEquals(units, size.units());
        assertEquals(source, size.source());
    }

    private static int number(final String text) {
        final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return SizeIndication.number(new UnsafeBuffer(bytes), 0, bytes.length);
    }
}
