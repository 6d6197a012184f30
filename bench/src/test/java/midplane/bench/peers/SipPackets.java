package midplane.bench.peers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** SIP messages as tshark dissected them, in the order of the capture. */
record SipPackets(List<Packet> packets) {
    /** What is asked of tshark, in this order. */
    enum Field {
        SOURCE_PORT("udp.srcport", "exported_pdu.src_port"),
        DESTINATION_PORT("udp.dstport", "exported_pdu.dst_port"),
        METHOD("sip.Method"),
        STATUS("sip.Status-Code"),
        CSEQ_METHOD("sip.CSeq.method"),
        TO_TAG("sip.to.tag"),
        CALL_ID("sip.Call-ID"),
        CONTACT("sip.Contact"),
        HEADERS("sip.msg_hdr"),
        REQUEST_LINE("sip.Request-Line"),
        /** Seconds since the capture began. */
        TIME("frame.time_relative");

        private final String inDatagrams;
        private final String inExportedPdus;

        Field(final String name) {
            this(name, name);
        }

        Field(final String inDatagrams, final String inExportedPdus) {
            this.inDatagrams = inDatagrams;
            this.inExportedPdus = inExportedPdus;
        }

        /** What tshark calls it. */
        String tsharkName(final boolean isExported) {
            return isExported ? inExportedPdus : inDatagrams;
        }
    }

    /** One message. What it does not have is empty. */
    record Packet(List<String> fields) {
        private static final Pattern PORT = Pattern.compile("sips?:(?:[^@>]*@)?[^:>;\\]]+\\]?:(\\d+)");

        String field(final Field field) {
            return fields.get(field.ordinal());
        }

        int sourcePort() {
            return number(Field.SOURCE_PORT);
        }

        int destinationPort() {
            return number(Field.DESTINATION_PORT);
        }

        String method() {
            return field(Field.METHOD);
        }

        /** 0 for a request. */
        int status() {
            return number(Field.STATUS);
        }

        boolean isResponseTo(final String method) {
            return status() != 0 && method.equals(field(Field.CSEQ_METHOD));
        }

        boolean hasToTag() {
            return !field(Field.TO_TAG).isEmpty();
        }

        /** Port in the Contact; -1 without one. */
        int contactPort() {
            return portOf(field(Field.CONTACT));
        }

        /** The port that stands behind the last host in a text such as {@code <sip:echo@127.0.0.1:5071>}. */
        static int portOf(final String uri) {
            final Matcher port = PORT.matcher(uri);
            return port.find() ? Integer.parseInt(port.group(1)) : -1;
        }

        private int number(final Field field) {
            final String text = field(field);
            return text.isEmpty() ? 0 : Integer.parseInt(text);
        }
    }

    static SipPackets of(final String tsv) {
        final List<Packet> packets = new ArrayList<>();
        final int columns = Field.values().length;
        for (final String line : tsv.split("\n")) {
            final String[] fields = line.split("\t", -1);
            // Anything else is tshark talking, for instance about being root.
            if (fields.length >= columns) {
                packets.add(new Packet(List.copyOf(Arrays.asList(fields).subList(0, columns))));
            }
        }
        return new SipPackets(List.copyOf(packets));
    }

    long count(final Predicate<Packet> condition) {
        return packets.stream().filter(condition).count();
    }

    List<Packet> where(final Predicate<Packet> condition) {
        return packets.stream().filter(condition).toList();
    }
}
