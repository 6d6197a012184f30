package midplane.signalling;

import java.io.CharArrayReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import javax.xml.XMLConstants;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Reads out of an XML body how much a media server is to set aside for a session.
 *
 * <pre>
 *   MSCML, RFC 5022 §5.2    request/configure_conference reservedtalkers="40"     required, unless reserveconfmedia="no"
 *   MRB, RFC 6917 §5.2      mixers/mix users="40"                                 the sum of all mixes; never required
 *   MSML, RFC 5707 §8.3.1   createconference/reserve/resource n="20"              required, unless reserve required="false"
 * </pre>
 *
 * In MSML every participant takes one of each individual resource, so the largest number tells how many are expected; what
 * they share comes with the conference and counts only where nothing else does.
 *
 * <p>A body is a stranger's. It is short, flat and plain UTF-8, or it is not read: a document type, an entity that XML does
 * not know by itself, too many bytes, elements or attributes, too deep a nest are all the same fault. Nothing is ever
 * fetched. A document of the right kind that reserves nothing says nothing.
 *
 * <p>Parsing makes garbage, of a bounded amount, and only messages with such a body pay for it. Not thread-safe.
 *
 * <p>Why the JDK's parser: it is there already, and it is the one whose limits are looked after. A parser of our own that
 * knows just these three documents would be faster and would read some fourth document differently from everybody else.
 */
public final class ReservationReader {
    /** The longest body. */
    public static final int MAX_LENGTH = 16 * 1024;

    /** The deepest nest of elements. */
    public static final int MAX_DEPTH = 32;

    /** The most attributes and namespaces of one element. */
    public static final int MAX_ATTRIBUTES = 32;

    /** The most steps of the parser: elements, their ends, text between them, comments. */
    public static final int MAX_STEPS = 2048;

    private static final int NOTHING = 0;
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final XMLInputFactory parsers = factory();
    private final ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH);
    private final CharBuffer chars = CharBuffer.allocate(MAX_LENGTH);
    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    private final String[] path = new String[MAX_DEPTH];
    private int units;
    private int sharedUnits;
    private boolean isBroken;
    private boolean isRequired;
    private boolean isReserveRequired;

    /**
     * Reads a body.
     *
     * @param kind {@link SizeSource#MSCML}, {@link SizeSource#MRB} or {@link SizeSource#MSML}: what its Content-Type says.
     * @param size told what was found, or that it could not be read.
     */
    public void read(
            final SizeSource kind,
            final DirectBuffer buffer,
            final int offset,
            final int length,
            final SizeIndication size) {
        units = NOTHING;
        sharedUnits = NOTHING;
        isRequired = false;
        isReserveRequired = true;
        isBroken = !decode(buffer, offset, length);
        if (!isBroken) {
            parse(kind);
        }
        final int found = units == NOTHING ? sharedUnits : units;
        if (isBroken) {
            size.fault(kind);
        } else if (found != NOTHING) {
            size.state(kind, found);
            if (isRequired) {
                size.require();
            }
        }
    }

    /** The parser must not see bytes: it prints a line of its own about any that are no UTF-8. */
    private boolean decode(final DirectBuffer buffer, final int offset, final int length) {
        if (length > MAX_LENGTH) {
            return false;
        }
        buffer.getBytes(offset, bytes.array(), 0, length);
        chars.clear();
        final boolean isText = !decoder.reset()
                .decode(bytes.clear().limit(length), chars, true)
                .isError();
        chars.flip();
        if (chars.hasRemaining() && chars.get(0) == BYTE_ORDER_MARK) {
            chars.get();
        }
        return isText && !declares();
    }

    /**
     * Whether a document type may be declared here. It is looked for before the parser sees it, which would print a stack
     * trace about some that are broken.
     */
    private boolean declares() {
        for (int i = chars.position(); i < chars.limit() - 2; i++) {
            if (chars.get(i) == '<' && chars.get(i + 1) == '!' && chars.get(i + 2) == 'D') {
                return true;
            }
        }
        return false;
    }

    private void parse(final SizeSource kind) {
        XMLStreamReader parser = null;
        try {
            parser = parsers.createXMLStreamReader(
                    new CharArrayReader(chars.array(), chars.position(), chars.remaining()));
            walk(kind, parser);
        } catch (final XMLStreamException | RuntimeException ex) {
            // The JDK's parser has been seen to answer bad input with exceptions that are no XMLStreamException.
            isBroken = true;
        } finally {
            close(parser);
        }
    }

    private void walk(final SizeSource kind, final XMLStreamReader parser) throws XMLStreamException {
        int depth = 0;
        for (int steps = 0; !isBroken && parser.hasNext(); steps++) {
            if (steps == MAX_STEPS) {
                isBroken = true;
                return;
            }
            switch (parser.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (depth == MAX_DEPTH
                            || parser.getAttributeCount() + parser.getNamespaceCount() > MAX_ATTRIBUTES
                            || (depth == 0 && !parser.getLocalName().equals(root(kind)))) {
                        isBroken = true;
                        return;
                    }
                    path[depth] = parser.getLocalName();
                    element(kind, parser, depth);
                    depth++;
                }
                case XMLStreamConstants.END_ELEMENT -> depth--;
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE -> isBroken = true;
                default -> {}
            }
        }
    }

    private static String root(final SizeSource kind) {
        return switch (kind) {
            case MSCML -> "MediaServerControl";
            case MRB -> "mrbconsumer";
            case MSML -> "msml";
            case HEADER, REQUEST_URI, MGCP, SDP, SERVICE -> throw new IllegalArgumentException(kind + " is no body");
        };
    }

    private void element(final SizeSource kind, final XMLStreamReader parser, final int depth) {
        switch (kind) {
            case MSCML -> {
                if (isAt(depth, "configure_conference", "request")) {
                    talkers(parser);
                }
            }
            case MRB -> {
                if (isAt(depth, "mix", "mixers")) {
                    add(number(parser.getAttributeValue(null, "users")));
                }
            }
            case MSML -> {
                if (isAt(depth, "reserve", "createconference")) {
                    isReserveRequired = isRequired(parser.getAttributeValue(null, "required"));
                } else if (isAt(depth, "resource", "reserve")
                        && depth > 1
                        && path[depth - 2].equals("createconference")) {
                    resource(parser);
                }
            }
            case HEADER, REQUEST_URI, MGCP, SDP, SERVICE -> {}
        }
    }

    private boolean isAt(final int depth, final String name, final String parent) {
        return depth > 0 && path[depth].equals(name) && path[depth - 1].equals(parent);
    }

    private void talkers(final XMLStreamReader parser) {
        final String reserved = parser.getAttributeValue(null, "reservedtalkers");
        if (reserved == null) {
            return;
        }
        // One request has one such element; a second one would contradict it.
        isBroken |= units != NOTHING;
        add(number(reserved));
        isRequired = !"no".equals(parser.getAttributeValue(null, "reserveconfmedia"));
    }

    private void resource(final XMLStreamReader parser) {
        final String n = parser.getAttributeValue(null, "n");
        final int number = n == null ? 1 : number(n);
        isBroken |= number == SizeIndication.NO_SIZE;
        if ("shared".equals(parser.getAttributeValue(null, "type"))) {
            sharedUnits = Math.max(sharedUnits, number);
        } else {
            units = Math.max(units, number);
        }
        isRequired |= isReserveRequired;
    }

    private void add(final int number) {
        units += number;
        isBroken |= number == SizeIndication.NO_SIZE || units > SizeIndication.MAX_UNITS;
    }

    private static boolean isRequired(final @Nullable String required) {
        return !"false".equals(required) && !"0".equals(required);
    }

    /** XML Schema lets blanks stand around a number. */
    private static int number(final @Nullable String text) {
        if (text == null) {
            return SizeIndication.NO_SIZE;
        }
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        return SizeIndication.number(text, from, to);
    }

    private static void close(final @Nullable XMLStreamReader parser) {
        if (parser != null) {
            try {
                parser.close();
            } catch (final XMLStreamException ex) {
                // It reads from memory and holds nothing else.
            }
        }
    }

    private static XMLInputFactory factory() {
        final XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_SCHEMA, "");
        factory.setProperty("jdk.xml.elementAttributeLimit", Integer.toString(MAX_ATTRIBUTES));
        factory.setProperty("jdk.xml.maxElementDepth", Integer.toString(MAX_DEPTH));
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("nothing is fetched");
        });
        return factory;
    }
}
