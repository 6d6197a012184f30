/**
 * The chassis: boots the shelf, owns its sockets and threads, and shuts it down.
 *
 * <pre>
 *   ChassisMain -&gt; ChassisContext -- conclude() --&gt; ChassisSettings (small records, one per part)
 *        |               |
 *        +-----------&gt; Chassis.launch
 *                        |-- ports      well-known port, one per blade; lent to blades as PortLease
 *                        |-- fabric     RingFabric, looked at by a FabricTap if asked for
 *                        |-- blades     one per Slot, made by the BladeFactory that ServiceLoader finds
 *                        |-- dispatcher
 *                        +-- AgentHost  a thread with an AgentGroup, waiting in a Parker
 * </pre>
 *
 * <p>This is the one place that starts threads and names the real clock, the real sockets and {@code SecureRandom}. Each
 * of them is replaced in {@link midplane.chassis.ChassisContext}; with {@link midplane.chassis.ThreadingMode#INVOKER}
 * the whole chassis runs in its caller's thread under the caller's clock, which is how the simulation drives it.
 *
 * <p>Settings are text first: {@link midplane.chassis.ChassisProperty} is the one table of names, defaults, ranges and
 * descriptions, and the typed methods of the context write into the same place as {@code --set}. So a wrong value is told
 * in the same sentence wherever it came from. {@code conclude()} checks each value and then what must hold between them.
 *
 * <p>Why threads are hosted here and not by Agrona's {@code AgentRunner}: that one stops its thread by an interrupt, and
 * an interrupt closes the {@code DatagramChannel} on which the thread happens to send, which would swallow a BYE. And its
 * composite stops at the first agent that throws, whereas one broken blade must not hold up its neighbours.
 *
 * <p>Why a Selector and not a wait strategy of the ring: an idle agent waits for a socket and for a ring at once, and
 * only a Selector can. See {@code Parker} for the order of steps that loses no wake-up.
 *
 * <p>What is not on the path of a message (new prompts on disk, the tap, the placement trace, what is printed) is done by one daemon thread,
 * {@code midplane-housekeeping}. Without threads the caller's thread does it.
 *
 * <p>The placement trace is kept in a file that outlives the process ({@code TraceFile}), written within 20 ms of a decision;
 * the command {@code trace} reads it while a chassis runs, or after it was killed. Why not written by the dispatcher itself: a
 * page of a mapped file may have to wait for the disk, and the dispatcher never waits.
 */
@NullMarked
package midplane.chassis;

import org.jspecify.annotations.NullMarked;
