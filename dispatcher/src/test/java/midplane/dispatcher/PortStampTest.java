package midplane.dispatcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import midplane.fabric.InitialFrame;
import midplane.shelf.PortInsertion;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipMessage;
import midplane.signalling.sip.SipScanner;
import midplane.testing.Conforms;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PortStampTest {
    private final SipMessage message = new SipMessage();
    private final InitialFrame frame = new InitialFrame();

    @Test
    @Conforms("S5")
    void shouldInsertTheHeaderRightAfterTheRequestLine() {
        final String stamped = stamp(PortInsertion.HEADER, WireText.INVITE);

        assertEquals(WireText.INVITE.replaceFirst("\nVia", "\nMidplane-Port: 5071;wk=5060\nVia"), stamped);
        assertEquals(0, frame.originalUriLength());
    }

    @Test
    @Conforms("S5")
    void shouldLeaveTheBytesAloneInAnEnvelope() {
        assertEquals(WireText.INVITE, stamp(PortInsertion.ENVELOPE, WireText.INVITE));
    }

    @Test
    @Conforms({"S5", "S16"})
    void shouldPutThePortIntoTheRequestUriAndKeepTheOriginal() {
        final String stamped = stamp(PortInsertion.RURI, WireText.INVITE);

        assertEquals(WireText.INVITE.replaceFirst("ms.example.net;", "ms.example.net:5071;"), stamped);
        assertEquals("sip:annc@ms.example.net;play=welcome", originalUri());
    }

    @Test
    void shouldReplaceThePortOfTheRequestUri() {
        final String stamped =
                stamp(PortInsertion.RURI, WireText.INVITE.replaceFirst("ms.example.net;", "[2001:db8::1]:5060;"));

        assertTrue(stamped.startsWith("INVITE sip:annc@[2001:db8::1]:5071;play=welcome SIP/2.0\n"), stamped);
        assertEquals("sip:annc@[2001:db8::1]:5060;play=welcome", originalUri());
    }

    @Test
    void shouldLeaveAUriWithoutHostAlone() {
        final String tel = WireText.INVITE.replaceFirst("sip:annc@ms.example.net;play=welcome", "tel:+15551234");

        assertEquals(tel, stamp(PortInsertion.RURI, tel));
        assertEquals(0, frame.originalUriLength());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Midplane-Port: 9;wk=9\n",
                "midplane-port:9\n",
                "MIDPLANE-PORT \t : 9\n",
                "Midplane-Port:\n 9\n",
                "Midplane-Port: 9\n ;wk=9\n\t;x\n",
                "X-Midplane-Port: 9\n",
                "Midplane-Port: 9\nMidplane-Port: 10\n"
            })
    @Conforms("S18")
    void shouldRemoveEverySpellingOfTheReservedHeader(final String forged) {
        for (final String place : new String[] {"Via", "From", "Content-Length"}) {
            final String smuggled = WireText.INVITE.replaceFirst("\n" + place, "\n" + forged + place);

            assertEquals(WireText.INVITE, stamp(PortInsertion.ENVELOPE, smuggled), smuggled);
        }
    }

    private String stamp(final PortInsertion insertion, final String text) {
        final UnsafeBuffer datagram = WireText.buffer(text);
        assertEquals(SipFault.NONE, new SipScanner().scan(datagram, 0, datagram.capacity(), message));
        final PortStamp stamp = new PortStamp(insertion);
        final int capacity = stamp.maxFrameLength(message);
        frame.wrap(new UnsafeBuffer(new byte[capacity]), 0, capacity);
        stamp.stamp(message, frame, 5071, 5060);
        assertTrue(frame.length() <= capacity);
        return WireText.text(frame.buffer(), frame.messageOffset(), frame.messageLength());
    }

    private String originalUri() {
        return WireText.text(frame.buffer(), frame.originalUriOffset(), frame.originalUriLength());
    }
}
