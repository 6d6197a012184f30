/**
 * The house rules as tests: who may know whom, and what an agent may not reach but through its context. Each rule is a
 * sentence, and fails with the reason for which it is there.
 */
@NullMarked
package midplane.bench.architecture;

import org.jspecify.annotations.NullMarked;
