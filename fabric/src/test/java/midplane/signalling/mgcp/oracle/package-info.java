/**
 * A second reader of MGCP, to hold the first one to the grammar: {@link midplane.signalling.mgcp.oracle.MgcpOracle} is
 * regular expressions over text, after the ABNF of RFC 3435, appendix A, with the leniencies that {@code
 * midplane.signalling.mgcp} lists. It shares nothing with the scanner but the names of faults and parameters and the
 * limits. {@link midplane.signalling.mgcp.oracle.MgcpDifferentialTest} gives both the same bytes; they must agree on the
 * verdict and on where every part begins and ends, and the scanner must not take more than a few steps for a byte.
 */
@NullMarked
package midplane.signalling.mgcp.oracle;

import org.jspecify.annotations.NullMarked;
