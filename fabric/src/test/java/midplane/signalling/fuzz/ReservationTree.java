package midplane.signalling.fuzz;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import midplane.signalling.SizeSource;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.xml.sax.InputSource;
import org.xml.sax.SAXException;

/** A body as a tree, and the size it reserves, read in one go from the root: the second opinion of a fuzz target. */
final class ReservationTree {
    static final int FAULT = -1;
    static final int SILENCE = 0;

    private static final int MAX_UNITS = 65_535;

    /** Below each of these no limit of the product's is reached. */
    private static final int FEW_BYTES = 8 * 1024;

    private static final int FEW_NODES = 400;
    private static final int FLAT = 20;
    private static final int FEW_ATTRIBUTES = 16;

    private static final DocumentBuilder PARSER = parser();

    private final @Nullable Document document;
    private boolean isNearALimit;
    private int nodes;

    ReservationTree(final byte[] body) {
        document = parse(body);
        // Where a document type could be declared is not asked: in a comment it would be none.
        isNearALimit = body.length > FEW_BYTES || new String(body, StandardCharsets.ISO_8859_1).contains("<!D");
        if (document != null) {
            measure(document.getDocumentElement(), 0);
        }
    }

    boolean isNearALimit() {
        return isNearALimit;
    }

    int units(final SizeSource kind) {
        if (document == null) {
            return FAULT;
        }
        final Element root = document.getDocumentElement();
        return switch (kind) {
            case MSCML -> root.getLocalName().equals("MediaServerControl") ? talkers(root) : FAULT;
            case MRB -> root.getLocalName().equals("mrbconsumer") ? users(root) : FAULT;
            case MSML -> root.getLocalName().equals("msml") ? resources(root) : FAULT;
            default -> throw new IllegalArgumentException(kind.name());
        };
    }

    private static int talkers(final Element element) {
        int found = SILENCE;
        for (Element child = first(element); child != null; child = next(child)) {
            int here = SILENCE;
            if (is(child, "configure_conference") && is(element, "request") && has(child, "reservedtalkers")) {
                here = number(child, "reservedtalkers");
            }
            final int below = talkers(child);
            final int both =
                    here == FAULT || below == FAULT ? FAULT : here == SILENCE ? below : below == SILENCE ? here : FAULT;
            found = both == FAULT || found == FAULT || (both != SILENCE && found != SILENCE)
                    ? FAULT
                    : Math.max(found, both);
        }
        return found;
    }

    private static int users(final Element element) {
        int sum = 0;
        for (Element child = first(element); child != null; child = next(child)) {
            final int here = is(child, "mix") && is(element, "mixers") ? number(child, "users") : SILENCE;
            final int below = users(child);
            if (here == FAULT || below == FAULT) {
                return FAULT;
            }
            sum += here + below;
        }
        return sum > MAX_UNITS ? FAULT : sum;
    }

    private static int resources(final Element root) {
        final int individual = resources(root, false);
        final int shared = resources(root, true);
        return individual == FAULT || shared == FAULT ? FAULT : individual == SILENCE ? shared : individual;
    }

    private static int resources(final Element element, final boolean isShared) {
        int largest = SILENCE;
        for (Element child = first(element); child != null; child = next(child)) {
            int here = SILENCE;
            if (is(child, "resource") && is(element, "reserve") && is(element.getParentNode(), "createconference")) {
                here = has(child, "n") ? number(child, "n") : 1;
                here = here == FAULT || attribute(child, "type").equals("shared") == isShared ? here : SILENCE;
            }
            final int below = resources(child, isShared);
            if (here == FAULT || below == FAULT) {
                return FAULT;
            }
            largest = Math.max(largest, Math.max(here, below));
        }
        return largest;
    }

    private static int number(final Element element, final String name) {
        final String text = attribute(element, name).replaceAll("^[\\x00-\\x20]+|[\\x00-\\x20]+$", "");
        if (!text.matches("[0-9]{1,5}")) {
            return FAULT;
        }
        final int number = Integer.parseInt(text);
        return number == 0 || number > MAX_UNITS ? FAULT : number;
    }

    private static boolean has(final Element element, final String name) {
        return attributeNode(element, name) != null;
    }

    private static String attribute(final Element element, final String name) {
        final Node node = attributeNode(element, name);
        return node == null ? "" : node.getNodeValue();
    }

    /** In a namespace or not, the first of its local name. */
    private static @Nullable Node attributeNode(final Element element, final String name) {
        return element.getAttributes().getNamedItemNS(null, name);
    }

    private static boolean is(final @Nullable Node node, final String name) {
        return node != null && name.equals(node.getLocalName());
    }

    private static @Nullable Element first(final Element element) {
        return elementFrom(element.getFirstChild());
    }

    private static @Nullable Element next(final Element element) {
        return elementFrom(element.getNextSibling());
    }

    private static @Nullable Element elementFrom(final @Nullable Node node) {
        Node each = node;
        while (each != null && !(each instanceof Element)) {
            each = each.getNextSibling();
        }
        return (Element) each;
    }

    private void measure(final Node node, final int depth) {
        nodes++;
        isNearALimit |= nodes > FEW_NODES || depth > FLAT;
        if (node instanceof Element element) {
            isNearALimit |= element.getAttributes().getLength() > FEW_ATTRIBUTES;
        }
        for (Node child = node.getFirstChild(); child != null && !isNearALimit; child = child.getNextSibling()) {
            measure(child, depth + 1);
        }
    }

    private static @Nullable Document parse(final byte[] body) {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
            final int from =
                    body.length >= 3 && body[0] == (byte) 0xEF && body[1] == (byte) 0xBB && body[2] == (byte) 0xBF
                            ? 3
                            : 0;
            return PARSER.parse(new InputSource(new InputStreamReader(
                    new ByteArrayInputStream(body, from, body.length - from), StandardCharsets.UTF_8)));
        } catch (final CharacterCodingException | SAXException ex) {
            return null;
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    private static DocumentBuilder parser() {
        try {
            final DocumentBuilderFactory factory = DocumentBuilderFactory.newDefaultInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            factory.setNamespaceAware(true);
            final DocumentBuilder parser = factory.newDocumentBuilder();
            parser.setErrorHandler(null);
            return parser;
        } catch (final ParserConfigurationException ex) {
            throw new AssertionError(ex);
        }
    }
}
