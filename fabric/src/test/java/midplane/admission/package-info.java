/** Tests of who is heard, in which order, and how much is said to whom. */
@NullMarked
package midplane.admission;

import org.jspecify.annotations.NullMarked;
