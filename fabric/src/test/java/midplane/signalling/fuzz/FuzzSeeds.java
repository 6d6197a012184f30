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

    private FuzzSeeds() {}

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
