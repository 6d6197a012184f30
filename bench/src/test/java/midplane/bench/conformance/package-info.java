/**
 * What is promised, what proves it, and whether it did: the conformance table of a build.
 *
 * <pre>
 *   &#64;Conforms("RFC 3261 §8.2.2.2") on a test  --ran in any module--&gt;  target/conformance.tsv of the module --+
 *                                                                                                         +--&gt; Table
 *   obligations.tsv: sections and rows that must have a passing test -----------------------------------+
 * </pre>
 *
 * <p>{@code mvn verify} writes {@code bench/target/conformance.md} and {@code .html} when all tests of all modules have
 * run, by {@link midplane.bench.conformance.ConformanceTable}, and fails when an obligation has no passing test, or a
 * claim is spelled so that nobody can look it up. Nobody types the table.
 *
 * <p>To add an obligation, write its line into {@code obligations.tsv}. {@code open} in it means that nobody has built it
 * yet: it is shown, and not missed. A section that tests claim needs no line; it has one to be missed when they go.
 */
@NullMarked
package midplane.bench.conformance;

import org.jspecify.annotations.NullMarked;
