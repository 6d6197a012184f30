package midplane.dispatcher;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Messages as text blocks, with the line ends of the wire. */
final class WireText {
    static final String INVITE = """
            INVITE sip:annc@ms.example.net;play=welcome SIP/2.0
            Via: SIP/2.0/UDP 127.0.0.1:5080;branch=z9hG4bK-1
            Max-Forwards: 70
            From: "as" <sip:as@127.0.0.1:5080>;tag=from-1
            To: <sip:annc@ms.example.net>
            Call-ID: call-1@127.0.0.1
            CSeq: 1 INVITE
            Contact: <sip:as@127.0.0.1:5080>
            Content-Length: 0

            """;

    private WireText() {}

    static String wire(final String text) {
        return text.replace("\n", "\r\n");
    }

    static byte[] bytes(final String text) {
        return wire(text).getBytes(StandardCharsets.UTF_8);
    }

    static UnsafeBuffer buffer(final String text) {
        return new UnsafeBuffer(bytes(text));
    }

    static String text(final DirectBuffer buffer, final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8).replace("\r\n", "\n");
    }
}
