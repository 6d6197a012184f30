package midplane.signalling;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BladeTagTest {
    private static final String OURS = "b030001-0123456789abcdeffedcba9876543210";

    private final UnsafeBuffer buffer = new UnsafeBuffer(new byte[64]);

    @Test
    @Conforms("S10")
    void shouldWriteAndReadABladesTag() {
        Arrays.fill(buffer.byteArray(), (byte) '#');
        BladeTag.put(buffer, 5, 3, 1, 0x0123456789abcdefL, 0xfedcba9876543210L);
        assertEquals("#####" + OURS + "#", buffer.getStringWithoutLengthAscii(0, 5 + BladeTag.LENGTH + 1));
        assertEquals(3, BladeTag.owner(buffer, 5, BladeTag.LENGTH));
        assertEquals(1, BladeTag.epoch(buffer, 5));
    }

    @Test
    void shouldReadEveryIdAndEpoch() {
        for (int id = 0; id < 256; id++) {
            final int epoch = id * 257 & 0xFFFF;
            BladeTag.put(buffer, 0, id, epoch, -1, 0);
            assertEquals(id, BladeTag.owner(buffer, 0, BladeTag.LENGTH));
            assertEquals(epoch, BladeTag.epoch(buffer, 0));
        }
    }

    @Test
    void shouldKnowTheChassis() {
        BladeTag.putChassis(buffer, 0, 1, 2);
        assertEquals(BladeTag.CHASSIS, BladeTag.owner(buffer, 0, BladeTag.LENGTH));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "b",
                "a030001-0123456789abcdeffedcba9876543210",
                "B030001-0123456789abcdeffedcba9876543210",
                "b030001_0123456789abcdeffedcba9876543210",
                "b030001-0123456789abcdeffedcba987654321",
                "b030001-0123456789abcdeffedcba98765432100",
                "b030001-0123456789ABCDEFFEDCBA9876543210",
                "b03000g-0123456789abcdeffedcba9876543210",
                "bg30001-0123456789abcdeffedcba9876543210",
                "b030001-0123456789abcdeffedcba987654321\0",
                "b030001-0123456789abcdef-edcba9876543210",
                "-030001-0123456789abcdeffedcba9876543210"
            })
    void shouldTakeEverythingElseForForeign(final String text) {
        final UnsafeBuffer tag = new UnsafeBuffer(text.getBytes(StandardCharsets.US_ASCII));
        assertEquals(BladeTag.FOREIGN, BladeTag.owner(tag, 0, tag.capacity()));
    }

    @Test
    @Conforms("S10")
    void shouldTakeATagBrokenAnywhereForForeign() {
        for (int i = 0; i < BladeTag.LENGTH; i++) {
            final UnsafeBuffer tag = new UnsafeBuffer(OURS.getBytes(StandardCharsets.US_ASCII));
            tag.putByte(i, (byte) '!');
            assertEquals(BladeTag.FOREIGN, BladeTag.owner(tag, 0, BladeTag.LENGTH), "at " + i);
        }
    }
}
