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

/** Where exploring begins, and what is replayed in every build: what others wrote, and a little of our own. */
final class FuzzSeeds {
    private static final int GENERATED = 16;

    private FuzzSeeds() {}

    static List<byte[]> messages() {
        return Stream.concat(SipCorpus.messages().stream(), generated()).toList();
    }

    static List<byte[]> vias() {
        return values(List.of(SipHeader.VIA));
    }

    static List<byte[]> addresses() {
        return values(
                List.of(SipHeader.FROM, SipHeader.TO, SipHeader.CONTACT, SipHeader.ROUTE, SipHeader.RECORD_ROUTE));
    }

    static List<byte[]> uris() {
        return Stream.concat(
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
    }

    static List<byte[]> descriptions() {
        final OracleParser oracle = new OracleParser();
        return SipCorpus.messages().stream()
                .filter(message -> text(message).contains("\r\n\r\nv=0"))
                .filter(message -> oracle.parse(message, message.length).verdict() != SipFault.NOISE)
                .map(message -> text(message).substring(text(message).indexOf("\r\n\r\nv=0") + 4))
                .distinct()
                .map(FuzzSeeds::bytes)
                .toList();
    }

    private static Stream<byte[]> generated() {
        final MessageGenerator generator = new MessageGenerator();
        return IntStream.range(0, GENERATED).mapToObj(seed -> {
            final Draft draft = new Draft();
            generator.message(new SplittableRandom(seed), draft);
            return draft.copy();
        });
    }

    private static List<byte[]> values(final List<SipHeader> headers) {
        final OracleParser oracle = new OracleParser();
        return messages().stream()
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
