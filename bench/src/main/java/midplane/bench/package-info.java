/**
 * What things cost. {@link midplane.bench.DispatchBenchmark} takes the dispatch path apart and measures it whole,
 * {@link midplane.bench.ScanBenchmark} sets the scanner beside a full parser, {@link midplane.bench.FabricHopBenchmark} sets the ring beside
 * other queues.
 *
 * <p>{@link midplane.bench.OverloadMain} and {@link midplane.bench.FloodMain} ask a whole chassis, as a process, for more than it can do; their calls come
 * at their own pace ({@code CallLoad}), whatever becomes of those before.
 *
 * <p>Messages are recorded from real clients. Absolute times belong to the machine they were taken on; compare within one
 * run.
 */
@NullMarked
package midplane.bench;

import org.jspecify.annotations.NullMarked;
