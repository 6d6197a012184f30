package midplane.signalling.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import midplane.signalling.sip.SipFault;
import midplane.signalling.sip.SipHeader;
import midplane.signalling.sip.oracle.Draft;
import midplane.signalling.sip.oracle.MessageGenerator;
import midplane.signalling.sip.oracle.OracleMessage;
import midplane.signalling.sip.oracle.OracleParser;
import midplane.signalling.sip.oracle.SipCorpus;

/** Where exploring begins, and what is replayed in every build: what others wrote, and what exploring learnt. */
final class FuzzSeeds {
    private static final int GENERATED = 16;

    private static final String[] RESERVATIONS = {
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><MediaServerControl version=\"1.0\"><request>"
                + "<configure_conference reservedtalkers=\"120\" reserveconfmedia=\"no\"/></request></MediaServerControl>",
        "<mrbconsumer version=\"1.0\" xmlns=\"urn:ietf:params:xml:ns:mrb-consumer\"><mediaResourceRequest id=\"1\">"
                + "<mixerInfo><mixers><mix users=\"40\"><rtp-codec name=\"audio/basic\"/></mix><mix users=' 2 '/></mixers>"
                + "</mixerInfo></mediaResourceRequest></mrbconsumer>",
        "<msml version=\"1.1\"><createconference name=\"a\"><reserve required=\"false\"><resource n=\"20\"><!--x-->"
                + "</resource><resource type=\"shared\"/></reserve></createconference></msml>",
        "<!DOCTYPE msml [<!ENTITY a \"20\"><!ENTITY % b SYSTEM \"file:///b\">%b;]><msml><a b=\"&a;\">&a;</a></msml>",
        "<msml xmlns:a=\"u\" a:n=\"1\"><![CDATA[<x>]]><?pi x?>&#65;&lt;</msml>"
    };

    private static final String[] TYPES = {"mediaservercontrol+xml", "mrb-consumer+xml", "msml+xml", "sdp", "x"};

    /** INVITEs that say their size in every way there is. */
    static final List<byte[]> SIZED = IntStream.range(0, 2 * RESERVATIONS.length)
            .mapToObj(FuzzSeeds::sized)
            .toList();

    private FuzzSeeds() {}

    static List<byte[]> reservations() {
        return both(
                FuzzCorpus.of(ReservationFuzzTest.class),
                Stream.of(RESERVATIONS).map(FuzzSeeds::bytes).toList());
    }

    static List<byte[]> sizes() {
        return both(FuzzCorpus.of(SizeFuzzTest.class), both(SIZED, written()));
    }

    private static byte[] sized(final int n) {
        final String type = "application/" + TYPES[n % TYPES.length];
        final String xml = RESERVATIONS[n % RESERVATIONS.length];
        final boolean isMixed = n >= RESERVATIONS.length;
        final String body = isMixed
                ? "--b\r\nContent-Type: " + type + "\r\n\r\n" + xml + "\r\n--b\r\nContent-Type: application/sdp\r\n\r\n"
                        + "v=0\r\nm=audio 4000 RTP/AVP 0\r\nm=audio 4002 RTP/AVP 0\r\n\r\n--b--\r\n"
                : xml;
        return bytes("INVITE sip:conf=" + n + "@ms;session-size=" + 10 * n + " SIP/2.0\r\n"
                + "Via: SIP/2.0/UDP 192.0.2.7;branch=z9hG4bK1\r\nMax-Forwards: 70\r\nFrom: <sip:a@b>;tag=1\r\n"
                + "To: <sip:ms>\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nSession-Size: " + 20 * n + "\r\nContent-Type: "
                + (isMixed ? "multipart/mixed;boundary=b" : type) + "\r\nContent-Length: " + body.length()
                + "\r\n\r\n" + body);
    }

    static List<byte[]> messages() {
        return both(FuzzCorpus.of(ScannerFuzzTest.class), written());
    }

    static List<byte[]> vias() {
        return both(FuzzCorpus.of(ViaFuzzTest.class), values(List.of(SipHeader.VIA)));
    }

    static List<byte[]> addresses() {
        final List<SipHeader> headers =
                List.of(SipHeader.FROM, SipHeader.TO, SipHeader.CONTACT, SipHeader.ROUTE, SipHeader.RECORD_ROUTE);
        return both(FuzzCorpus.of(AddressFuzzTest.class), values(headers));
    }

    static List<byte[]> uris() {
        final List<byte[]> written = Stream.concat(
                        SipCorpus.messages().stream()
                                .map(FuzzSeeds::text)
                                .filter(text -> text.indexOf(' ') > 0)
                                .map(text -> text.split(" ", 3)[1]),
                        Stream.of(
                                "sip:user:password@[2001:db8::1]:5060;transport=udp;lr?subject=a%20b",
                                "sips:1212@gateway.com:1",
                                "tel:+1-(555)-0100;phone-context=example.com",
                                "http://[::1]/#x",
                                "sip:%61%00@h"))
                .distinct()
                .map(FuzzSeeds::bytes)
                .toList();
        return both(FuzzCorpus.of(UriFuzzTest.class), written);
    }

    static List<byte[]> descriptions() {
        final OracleParser oracle = new OracleParser();
        final List<byte[]> written = SipCorpus.messages().stream()
                .filter(message -> text(message).contains("\r\n\r\nv=0"))
                .filter(message -> oracle.parse(message, message.length).verdict() != SipFault.NOISE)
                .map(message -> text(message).substring(text(message).indexOf("\r\n\r\nv=0") + 4))
                .distinct()
                .map(FuzzSeeds::bytes)
                .toList();
        return both(FuzzCorpus.of(SdpFuzzTest.class), written);
    }

    /** By others, and by our generator. */
    private static List<byte[]> written() {
        final MessageGenerator generator = new MessageGenerator();
        final List<byte[]> generated = IntStream.range(0, GENERATED)
                .mapToObj(seed -> {
                    final Draft draft = new Draft();
                    generator.message(new SplittableRandom(seed), draft);
                    return draft.copy();
                })
                .toList();
        return both(SipCorpus.messages(), generated);
    }

    private static List<byte[]> both(final List<byte[]> some, final List<byte[]> others) {
        return Stream.concat(some.stream(), others.stream()).toList();
    }

    private static List<byte[]> values(final List<SipHeader> headers) {
        final OracleParser oracle = new OracleParser();
        return written().stream()
                .flatMap(message -> {
                    final OracleMessage read = oracle.parse(message, message.length);
                    return IntStream.range(0, read.headerCount())
                            .filter(i -> headers.contains(read.header(i)))
                            .mapToObj(i -> Arrays.copyOfRange(
                                    message, read.valueOffset(i), read.valueOffset(i) + read.valueLength(i)))
                            .toList()
                            .stream();
                })
                .map(FuzzSeeds::text)
                .distinct()
                .map(FuzzSeeds::bytes)
                .toList();
    }

    private static String text(final byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
