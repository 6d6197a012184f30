/**
 * What things cost. {@link midplane.bench.DispatchBenchmark} takes the dispatch path apart and measures it whole,
 * {@link midplane.bench.ScanBenchmark} sets the scanner beside a full parser, {@link midplane.bench.FabricHopBenchmark} sets the ring beside
 * other queues.
 *
 * <p>Messages are recorded from real clients. Absolute times belong to the machine they were taken on; compare within one
 * run.
 */
@NullMarked
package midplane.bench;

import org.jspecify.annotations.NullMarked;
