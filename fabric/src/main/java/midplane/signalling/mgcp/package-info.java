/**
 * MGCP as bytes (RFC 3435): what arrives is read where it lies, what leaves is written straight into its place.
 *
 * <pre>
 *   datagram --&gt; MgcpScanner --&gt; MgcpMessage ---------------------------------&gt; the dispatcher needs no more
 *        ^            |               |
 *        +------------+               +--&gt; EndpointName, NotifiedEntity, ResponseAckCursor
 *     next message after a "."        +--&gt; ListCursor --&gt; EventReader, NamedValue, QuotedText      the blade's part
 *
 *   MgcpResponseWriter, MgcpCommandWriter --&gt; a claimed buffer
 * </pre>
 *
 * <p>A datagram may hold several messages, split at lines with a single dot (§3.5.5). {@link
 * midplane.signalling.mgcp.MgcpScanner} reads one and says where the next begins. The dispatcher and the blade use the same
 * scanner, so that they cannot disagree about where a message or a parameter begins, and the dispatcher removes every
 * spelling of our reserved parameter that the blade would recognise.
 *
 * <p>Everything here is a flyweight: made once, used again and again, without garbage, by one thread. A slice taken from
 * a message dies with the buffer's content.
 *
 * <h2>How much is read when</h2>
 *
 * The scanner reads the command line to the end and the parameter lines up to their values. What stands inside a value is
 * read only by whoever acts upon it. So a fault inside a value is the blade's to answer, and the dispatcher stays quick.
 * A fault does not end the scan: whoever has a transaction id gets an answer.
 *
 * <h2>Names</h2>
 *
 * Verbs, parameters, packages, events and endpoint names are equal whatever the case of their letters (§3.2). A local
 * name says which blade owns the endpoint ({@link midplane.signalling.BladeTerm}). The transaction ids of our own commands
 * say which blade sent them ({@link midplane.signalling.mgcp.GatewayTransactionId}): an answer that comes to the well-known
 * port finds its way back without a table. The domain of an endpoint is whatever its call agent wrote last; the RFC wants
 * that form repeated (§2.1.2), so none is refused here.
 *
 * <h2>Where the scanner is more lenient than appendix A, and why</h2>
 *
 * <ol>
 *   <li>Blanks may stand around every word and colon, and before the first word of a line: the RFC strongly encourages
 *       that. Line ends may stand before a message. A line of blanks is an empty line, and blanks may stand beside the dot.
 *   <li>The last line of a datagram needs no line end. A CR without its LF is a character like others.
 *   <li>Transaction id 0 is taken, although §3.2.1.2 begins at 1: the RFC's own call flows use it (appendix G.1.2).
 *       Leading zeros do not count.
 *   <li>A port may stand behind an endpoint's domain, as JAIN-MGCP writes it and as we do ourselves when redirecting by
 *       port. An underscore may stand in a domain, as container names have it.
 *   <li>The name of a vendor's extension may be longer than six characters and have hyphens: ours has.
 *   <li>Line ends inside a quoted string end the line all the same. The ABNF allows them there, nobody writes them, and a
 *       name could hide a dot line otherwise.
 *   <li>Package {@code /name} behind a response code may stand behind any code, not only 8xx.
 * </ol>
 *
 * Of the characters in a value only line ends are looked at.
 */
@NullMarked
package midplane.signalling.mgcp;

import org.jspecify.annotations.NullMarked;
