/**
 * The simulation at work: millions of events over several seeds and faults, equal histories, named scenarios; and the
 * proof that it would notice, by bugs planted one at a time.
 */
@NullMarked
package midplane.sim;

import org.jspecify.annotations.NullMarked;
