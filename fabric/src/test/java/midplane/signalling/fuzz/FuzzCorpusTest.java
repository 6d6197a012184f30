package midplane.signalling.fuzz;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;

class FuzzCorpusTest {
    @Test
    void shouldReadBackEveryByte() {
        final byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        assertArrayEquals(bytes, FuzzCorpus.bytes(FuzzCorpus.line(bytes)));
        assertEquals("a\\x0d\\x0a\\x5c\\xff", FuzzCorpus.line(new byte[] {'a', '\r', '\n', '\\', -1}));
        assertFalse(FuzzCorpus.of(ScannerFuzzTest.class).isEmpty());
    }
}
