/**
 * One fuzz target for each layer that reads what strangers send. Others are beside what they drive: RTP and RTCP in {@code
 * midplane.blade.media}, configuration in {@code midplane.chassis}, the whole chassis in {@code midplane.sim}.
 *
 * <p>In every build each target replays what others wrote, what exploring has learnt ({@link
 * midplane.signalling.fuzz.FuzzCorpus}), and every input that once found something, which lies under {@code
 * src/test/resources} in a folder named after the target. Nothing is instrumented then.
 *
 * <p>Exploring is guided by coverage (Jazzer), one target at a time, on any JDK from 17 on:
 *
 * <pre>
 *   JAZZER_FUZZ=1 mvn -pl fabric test -Dtest=ScannerFuzzTest -Djazzer.max_duration=10m
 *   JAZZER_FUZZ=1 mvn -pl bench -am test -Dtest=EndpointFuzzTest#play -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 *
 * <p>Without {@code jazzer.max_duration} it takes five minutes. What it learns it keeps in the module's {@code
 * .cifuzz-corpus}, and goes on from there the next time. An input that finds something is put into the target's folder of
 * resources: mend the defect, commit both.
 */
@NullMarked
package midplane.signalling.fuzz;

import org.jspecify.annotations.NullMarked;
