/**
 * What plugs into a slot, and what a slot offers.
 *
 * <p>The chassis finds a {@link midplane.shelf.BladeFactory} at run time, fills a {@link midplane.shelf.Slot} with everything a blade may use of the
 * world (its port, its end of the fabric, clock, entropy, prompts, counters, settings) and gets a {@link midplane.shelf.Blade}: an agent
 * that the chassis runs on a thread of its choosing. A blade reaches nothing of the world but through its slot.
 *
 * <p>Why a package of its own, beside {@code fabric}: a slot names the settings of the protocols, and the fabric must
 * not know any protocol.
 */
@NullMarked
package midplane.shelf;

import org.jspecify.annotations.NullMarked;
