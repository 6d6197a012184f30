package midplane.sim;

import java.nio.charset.StandardCharsets;

/** What else arrives at a well-known port: line noise, keep-alives, and messages that are wrong beyond answering. */
@SuppressWarnings("StringConcatToTextBlock") // The line ends of the wire are part of the noise.
final class Noise {
    private static final String[] TEXTS = {
        "\r\n\r\n",
        "",
        "GET / HTTP/1.1\r\nHost: 10.0.0.1\r\n\r\n",
        "INVITE sip:annc@10.0.0.1 SIP/2.0\r\n",
        "INVITE sip:annc@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKx\r\nCSeq: x\r\n\r\n",
        "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 10.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:c@d>;tag=2\r\nCall-ID: nobody\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n",
        "ACK sip:annc@10.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 10.1.0.1;branch=z9hG4bKy\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:c@d>;tag=2\r\nCall-ID: nobody\r\nCSeq: 1 ACK\r\nContent-Length: 0\r\n\r\n"
    };

    private Noise() {}

    static byte[] draw(final Chance chance) {
        final int which = chance.nextInt(TEXTS.length + 1);
        if (which < TEXTS.length) {
            return TEXTS[which].getBytes(StandardCharsets.ISO_8859_1);
        }
        final byte[] bytes = new byte[1 + chance.nextInt(300)];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) chance.nextInt(256);
        }
        return bytes;
    }
}
