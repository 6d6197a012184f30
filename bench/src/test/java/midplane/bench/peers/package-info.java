/**
 * The chassis as its users meet it: a process of its own from the runnable jar, called by programs nobody here wrote.
 *
 * <pre>
 *   ForeignProgram (sipp, baresip, sipsak, tshark) --UDP on loopback--&gt; ChassisProcess (java -jar midplane.jar)
 *          |  exit code, statistics, capture                                  |  SIGTERM: exit code, summary of counters
 *          +---------------------------&gt; the test &lt;----------------------+
 * </pre>
 *
 * <p>A test here believes both ends: the program's own verdict and the chassis' ledger, which must balance. A missing
 * program is announced with the Debian package that has it and the test is skipped; where {@code CI} or
 * {@code MIDPLANE_REQUIRE_PEERS} is set, it fails. What the processes wrote is kept under {@code target/peers}.
 *
 * <p>Ports are probed, none is fixed, so that several builds can run on one machine. {@code -DexcludedGroups=peers}
 * leaves these tests out.
 */
@NullMarked
package midplane.bench.peers;

import org.jspecify.annotations.NullMarked;
