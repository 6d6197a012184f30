/**
 * A second reader of SIP, to hold the first one to the grammar.
 *
 * <pre>
 *   MessageGenerator --&gt; MessageMutator --+--&gt; SipScanner over a CountingBuffer --&gt; SipMessage ----+
 *                                         |                                                       +--&gt; Comparison
 *                                         +--&gt; OracleParser -------------------&gt; OracleMessage --+
 * </pre>
 *
 * <p>{@link midplane.signalling.sip.oracle.OracleParser} is written from the ABNF of RFC 3261 §25.1, one method for a
 * rule, and shares nothing with the scanner but the names of faults and headers and the limits. It is slow and plain, so
 * that a reader can hold it against the RFC's text. {@link midplane.signalling.sip.oracle.DifferentialTest} gives both
 * the same bytes by the million; they must agree on the verdict and on where every part begins and ends, and the scanner
 * must not take more than a few steps for a byte.
 *
 * <h2>Where both differ from the bare ABNF, and why</h2>
 *
 * Each of these is one sentence here and one place in the oracle, marked with its number. Whatever is not listed is as
 * §25.1 has it.
 *
 * <ol>
 *   <li>A CR or LF alone ends a line as CRLF does, so that no slice ever holds one, but it is a fault. A CR that is the
 *       last byte of a datagram ends nothing: the rest was cut off. Line ends before the start line are skipped (§7.5).
 *   <li>What begins with a token and a blank wants to be a request. Its last word must begin with {@code SIP/}; if not,
 *       and nobody knows the method, it is noise and not a bad request.
 *   <li>The scheme decides by which grammar a URI is read: {@code sip:} with a broken rest is no absoluteURI.
 *   <li>Of a host only the characters are looked at (RFC 5118 §4.10 shows addresses that the grammar makes and nobody can
 *       resolve); an IPv6 address in brackets has at least two.
 *   <li>A port is 1 to 65535, however many zeros stand before it. The ABNF has any row of digits.
 *   <li>URI parameters are all read as other-param, headers by their characters; an escape must be whole. A Request-URI has
 *       no headers (§19.1.1).
 *   <li>A {@code tel} number is made of its characters (RFC 3966 §3), wherever they stand.
 *   <li>URIs of other schemes, and those between brackets in From and To, are made of the characters of RFC 3986, whole
 *       escapes included: whoever acts upon such a URI reads it then.
 *   <li>Without brackets a comma, a semicolon or a question mark ends a URI (§20, RFC 4475 §3.1.2.13).
 *   <li>LWS may have several folds in a row: §7.3.1 lets a value extend over many lines.
 *   <li>No blank need stand between the last token of a display name and its bracket (RFC 4475 §3.1.1.6).
 *   <li>A parameter's value without quotes has the characters of a token and of an IPv6 address, bracketed or not
 *       (RFC 5118 §4.5), in any order.
 *   <li>{@code tag}, {@code branch}, {@code rport} and {@code received} stand once (§7.3.1); the first two are tokens.
 *   <li>Bytes above 127 stand wherever UTF-8 may; whether they are UTF-8 is not looked at (RFC 4475 §3.1.1.2 has others).
 *   <li>A control character in a header's value stands behind a backslash in a quoted string or a comment, and nowhere
 *       else, whatever the header's own grammar says afterwards.
 *   <li>A reason phrase may have every character but controls; a status is 100 to 699 (§7.2); a version is digits.
 *   <li>From, To, Call-ID, CSeq, Max-Forwards and Content-Length stand once. CSeq stays below 2^31 (§8.1.1.5),
 *       Max-Forwards below 256 (§20.22), and the lengths of what tables keep are bounded.
 *   <li>The first fault is the verdict. Behind it reading goes on, so that an answer can be made.
 *   <li>Blanks before an address that is read by itself belong to the comma before it (COMMA has an SWS behind it).
 * </ol>
 */
@NullMarked
package midplane.signalling.sip.oracle;

import org.jspecify.annotations.NullMarked;
