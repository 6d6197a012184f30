package midplane.signalling.mgcp;

import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * The value of {@code N:} (RFC 3435 §2.1.4, §3.2.1.3): {@code Call-agent@ca.example.net:5234}, where local name and port
 * may be missing. Not thread-safe.
 */
public final class NotifiedEntity {
    /** Where call agents listen when no port is named (§3.5). */
    public static final int DEFAULT_PORT = 2727;

    private final Slice localName = new Slice();
    private final Slice domain = new Slice();
    private int port = DEFAULT_PORT;

    /** Reads a value; false, and nothing of it, when it is none. An empty value is none: the caller looks at that first. */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        localName.clear();
        domain.clear();
        port = DEFAULT_PORT;
        final int end = offset + length;
        int at = offset;
        while (at < end && buffer.getByte(at) != '@') {
            if (!MgcpGrammar.isVisible(buffer.getByte(at))) {
                return false;
            }
            at++;
        }
        final boolean hasLocalName = at < end;
        final int localLength = hasLocalName ? at - offset : 0;
        final int domainOffset = hasLocalName ? at + 1 : offset;
        final int domainEnd = MgcpGrammar.skipDomain(buffer, domainOffset, end);
        if (domainEnd < 0 || (hasLocalName && localLength == 0) || localLength > EndpointName.MAX_PART_LENGTH) {
            return false;
        }
        final int read = MgcpGrammar.port(buffer, domainEnd, end);
        if (read < 0) {
            return false;
        }
        localName.wrap(buffer, offset, localLength);
        domain.wrap(buffer, domainOffset, domainEnd - domainOffset);
        port = read == 0 ? DEFAULT_PORT : read;
        return true;
    }

    /** What stands before the {@code @}; empty when there is none. */
    public Slice localName() {
        return localName;
    }

    /** The domain, an address with its brackets. */
    public Slice domain() {
        return domain;
    }

    public int port() {
        return port;
    }
}
