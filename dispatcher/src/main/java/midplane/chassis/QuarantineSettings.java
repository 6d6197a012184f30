package midplane.chassis;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where messages go that our own code broke on.
 *
 * @param directory null: they are not kept.
 * @param maxFiles files at most.
 */
record QuarantineSettings(@Nullable Path directory, int maxFiles) {}
