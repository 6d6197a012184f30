/**
 * The whole chassis in one thread, on a virtual clock and a virtual network that loses, delays, doubles and reorders.
 *
 * <pre>
 *   seed -&gt; Chance -&gt; VirtualNetwork (faults)      SimulatedAppServer (calls)
 *                          |    \______________________/
 *                        Watch (sees all, judges)
 *                          |
 *                       Chassis, threading mode invoker: dispatcher and blades as they ship
 * </pre>
 *
 * <p>{@link midplane.sim.Simulation} moves the {@link midplane.sim.VirtualClock} to whatever comes first: a datagram's arrival, an application
 * server's alarm, the chassis' own deadline; lets it happen; and lets the chassis work until it rests. Nothing else moves
 * time, so a minute of silence costs nothing and a race is as likely as the seed makes it.
 *
 * <p>{@code Watch} taps the network. It judges every datagram the chassis sends against what reached the chassis before,
 * by RFC 3261 and the wire contract, and knows nothing of the product's inside; only at rest it asks the chassis' counters
 * whether they balance and whether everything was given back. It and the application servers read SIP with code of
 * their own: a judge must not make the defendant's mistakes.
 *
 * <p>{@link midplane.sim.ForgeryMain} adds attackers who see everything and forge requests within the calls; the watch judges the calls as if
 * nobody had.
 *
 * <p>Equal seeds give byte-equal histories, on every JDK; {@link midplane.sim.Simulation#historyHash()} says so in 64 bits. A
 * {@link midplane.sim.Violation} carries the seed, the last messages in readable form, and the command that replays it.
 */
@NullMarked
package midplane.sim;

import org.jspecify.annotations.NullMarked;
