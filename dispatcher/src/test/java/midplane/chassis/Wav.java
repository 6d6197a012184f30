package midplane.chassis;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Makes WAV files for tests, byte by byte: what the JDK would not write must be read as well. */
final class Wav {
    static final int PCM = 1;
    static final int ALAW = 6;
    static final int ULAW = 7;

    private Wav() {}

    static byte[] pcm16(final short... samples) {
        final ByteBuffer data = ByteBuffer.allocate(samples.length * 2).order(ByteOrder.LITTLE_ENDIAN);
        data.asShortBuffer().put(samples);
        return pcm(8000, 1, 16, data.array());
    }

    static byte[] pcm(final int rate, final int channels, final int bits, final byte[] data) {
        return of(PCM, rate, channels, bits, data);
    }

    /** A file of any format; codings but PCM get the extension field and the fact chunk that the format wants. */
    static byte[] of(final int coding, final int rate, final int channels, final int bits, final byte[] data) {
        final int extra = coding == PCM ? 0 : 2 + 12;
        final int frameLength = channels * bits / 8;
        final ByteBuffer file = ByteBuffer.allocate(44 + extra + data.length).order(ByteOrder.LITTLE_ENDIAN);
        file.put(ascii("RIFF")).putInt(36 + extra + data.length).put(ascii("WAVE"));
        file.put(ascii("fmt ")).putInt(coding == PCM ? 16 : 18);
        file.putShort((short) coding).putShort((short) channels).putInt(rate).putInt(rate * frameLength);
        file.putShort((short) frameLength).putShort((short) bits);
        if (coding != PCM) {
            file.putShort((short) 0).put(ascii("fact")).putInt(4).putInt(data.length / Math.max(1, frameLength));
        }
        return file.put(ascii("data")).putInt(data.length).put(data).array();
    }

    private static byte[] ascii(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
