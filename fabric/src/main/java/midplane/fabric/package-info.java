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
 * laid out by the flyweights {@link midplane.fabric.InitialFrame}, {@link midplane.fabric.LoadReport} and {@link midplane.fabric.SettledNotice}, the same bytes on a ring as
 * on a network.
 *
 * <p>Nothing here blocks. A full ring is a {@code false}; the caller decides now. Whoever waits for frames lends the
 * fabric a {@link midplane.fabric.Doorbell}; it is rung once per batch, at {@code flush()}.
 *
 * <p>The fabric knows nothing of SIP or MGCP: to it a message is bytes.
 */
@NullMarked
package midplane.fabric;

import org.jspecify.annotations.NullMarked;
