/**
 * The switch fabric: how a frame gets from the dispatcher into a slot and how a blade's word gets back.
 *
 * <pre>
 *   dispatcher                     slot n
 *   Downlink  ===== ring n v ====&gt;  Backplane.poll
 *   Uplink.poll &lt;== ring n ^ =====  Backplane.claim
 * </pre>
 *
 * <p>{@link midplane.fabric.SwitchFabric} hands out the ends. {@link midplane.fabric.RingFabric} is the fabric of one chassis: a single-producer
 * Disruptor ring per slot and direction, all cells allocated at start. Both directions carry frames whose bytes are
 * laid out by the flyweights {@link midplane.fabric.InitialFrame}, {@link midplane.fabric.LoadReport},
 * {@link midplane.fabric.SettledNotice} and {@link midplane.fabric.ConferenceNotice}, the same bytes on a ring as
 * on a network.
 *
 * <p>Nothing here blocks. A full ring is a {@code false}; the caller decides now. Whoever waits for frames lends the
 * fabric a {@link midplane.fabric.Doorbell}; it is rung once per batch, at {@code flush()}.
 *
 * <p><b>The order that loses no wake-up.</b> Two sides, four steps, a full fence in the middle of each:
 *
 * <pre>
 *   who wants to sleep                      who sends
 *   1 parked = true                         1 claim, write, commit        (publishes the frame)
 *   2 full fence                            2 full fence                  } in Doorbell.ring(),
 *   3 hasFrames()? then parked = false,     3 if parked: wake             } called by flush()
 *     work on
 *   4 sleep; then parked = false
 * </pre>
 *
 * Whichever fence comes second, its side sees what the other did: the sender sees the flag, or the sleeper sees the
 * frame. Leave out one fence, or look at the rings before raising the flag, and a frame can lie in the ring while its
 * reader sleeps. The wake-up itself must be remembered when it comes between 3 and 4, as a {@code Selector} and a
 * permit do. The fences are the doorbell's and the sleeper's business: for those who never park they would be waste.
 *
 * <p><b>Looking on.</b> A {@link midplane.fabric.FabricTap} writes what passes into a file for Wireshark. It is no consumer of the ring: a
 * slow disk costs it frames, never the dispatcher a cell.
 *
 * <p><b>Why an {@code EventPoller} and views of one memory.</b> An agent has more to do than to wait at a barrier, so the
 * ring is polled in its duty cycle. The poller would repeat a frame whose handler threw; here a frame is consumed
 * once, whatever its handler does, because a poisoned frame that comes again and again would stop the slot. Each cell is a bounded
 * view, so that a frame too long is caught by its writer and not found by its neighbour's reader.
 *
 * <p>The fabric knows nothing of SIP or MGCP: to it a message is bytes.
 */
@NullMarked
package midplane.fabric;

import org.jspecify.annotations.NullMarked;
