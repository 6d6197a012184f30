package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
    @ParameterizedTest
    @CsvSource({
        "0ms, 0",
        "7ns, 7",
        "7us, 7000",
        "500ms, 500000000",
        "4s, 4000000000",
        "3m, 180000000000",
        "2h, 7200000000000",
        "4 s, 4000000000",
        "999999999999999999ns, 999999999999999999"
    })
    void shouldReadDurations(final String text, final long ns) {
        assertEquals(ns, Quantity.parse(text, Quantity.DURATIONS));
    }

    @ParameterizedTest
    @CsvSource({"1B, 1", "8KiB, 8192", "4MiB, 4194304", "1GiB, 1073741824"})
    void shouldReadSizes(final String text, final long bytes) {
        assertEquals(bytes, Quantity.parse(text, Quantity.SIZES));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s",
                "4",
                "-4s",
                "+4s",
                "4S",
                "4sec",
                "4.5s",
                "0x4s",
                "4s4",
                " 4s",
                "9223372036854775808ns",
                "9999999999999999h",
                "4KiB"
            })
    void shouldRefuseWhatIsNoDuration(final String text) {
        assertEquals(Quantity.NOT_A_QUANTITY, Quantity.parse(text, Quantity.DURATIONS));
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "4K", "4KB", "4kib", "4s", "99999999999GiB"})
    void shouldRefuseWhatIsNoSize(final String text) {
        assertEquals(Quantity.NOT_A_QUANTITY, Quantity.parse(text, Quantity.SIZES));
    }

    @Test
    void shouldWriteTheLargestUnitWithoutAFraction() {
        assertEquals("1500ms", Quantity.format(1_500_000_000, Quantity.DURATIONS));
        assertEquals("1h", Quantity.format(3_600_000_000_000L, Quantity.DURATIONS));
        assertEquals("1ns", Quantity.format(1, Quantity.DURATIONS));
        assertEquals("0ns", Quantity.format(0, Quantity.DURATIONS));
        assertEquals("-5ns", Quantity.format(-5, Quantity.DURATIONS));
        assertEquals("8KiB", Quantity.format(8192, Quantity.SIZES));
        assertEquals("8193B", Quantity.format(8193, Quantity.SIZES));
    }
}
