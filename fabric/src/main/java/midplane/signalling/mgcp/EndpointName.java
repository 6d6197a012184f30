package midplane.signalling.mgcp;

import midplane.signalling.BladeTerm;
import midplane.signalling.Slice;
import org.agrona.DirectBuffer;

/**
 * An endpoint's name (RFC 3435 §2.1.2): {@code ann/3/17@ms.example.net}, with wildcards, and with a port behind the domain
 * as far as somebody writes one. Not thread-safe.
 */
public final class EndpointName {
    /** The longest local name and the longest domain (§3.2.1.3). */
    public static final int MAX_PART_LENGTH = 255;

    private final Slice name = new Slice();
    private final Slice localName = new Slice();
    private final Slice domain = new Slice();
    private int port;
    private int terms;
    private boolean hasAny;
    private boolean hasAll;

    /** Reads a name; false, and nothing of it, when it is none. */
    public boolean parse(final DirectBuffer buffer, final int offset, final int length) {
        clear();
        final int end = offset + length;
        final int at = localName(buffer, offset, end);
        if (at < 0) {
            clear();
            return false;
        }
        final int domainEnd = MgcpGrammar.skipDomain(buffer, at + 1, end);
        port = domainEnd < 0 ? -1 : MgcpGrammar.port(buffer, domainEnd, end);
        if (port < 0) {
            clear();
            return false;
        }
        name.wrap(buffer, offset, length);
        localName.wrap(buffer, offset, at - offset);
        domain.wrap(buffer, at + 1, domainEnd - at - 1);
        return true;
    }

    public EndpointName clear() {
        name.clear();
        localName.clear();
        domain.clear();
        port = 0;
        terms = 0;
        hasAny = false;
        hasAll = false;
        return this;
    }

    /** The whole name as it stands; empty when none was read. */
    public Slice name() {
        return name;
    }

    public Slice localName() {
        return localName;
    }

    /** The domain, an address with its brackets, without the port. */
    public Slice domain() {
        return domain;
    }

    /** The port behind the domain; 0 when there is none. */
    public int port() {
        return port;
    }

    /** How many terms the local name has. */
    public int terms() {
        return terms;
    }

    /** Whether a term is {@code $}. */
    public boolean hasAny() {
        return hasAny;
    }

    /** Whether a term is {@code *}. */
    public boolean hasAll() {
        return hasAll;
    }

    /** The blade the name means, or what else {@link BladeTerm#owner} says. */
    public int owner() {
        return BladeTerm.owner(localName.buffer(), localName.offset(), localName.length());
    }

    /** Steps over the local name; returns where its {@code @} is, or -1. */
    private int localName(final DirectBuffer buffer, final int offset, final int end) {
        int position = offset;
        int term = offset;
        while (position < end) {
            final byte b = buffer.getByte(position);
            if (b == '/' || b == '@') {
                if (position == term) {
                    return -1;
                }
                terms++;
                term = position + 1;
                if (b == '@') {
                    return position - offset > MAX_PART_LENGTH ? -1 : position;
                }
            } else if (b == '$' || b == '*') {
                // A wildcard is a term of its own.
                if (position != term || !endsTerm(buffer, position + 1, end)) {
                    return -1;
                }
                hasAny |= b == '$';
                hasAll |= b == '*';
            } else if (!MgcpGrammar.isVisible(b)) {
                return -1;
            }
            position++;
        }
        return -1;
    }

    private static boolean endsTerm(final DirectBuffer buffer, final int position, final int end) {
        return position < end && (buffer.getByte(position) == '/' || buffer.getByte(position) == '@');
    }

    @Override
    public String toString() {
        return name.toString();
    }
}
