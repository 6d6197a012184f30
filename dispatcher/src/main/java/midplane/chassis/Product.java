package midplane.chassis;

import org.jspecify.annotations.Nullable;

/** Name and version, from the manifest of the jar. */
final class Product {
    static final String NAME = "Midplane";

    private Product() {}

    static String version() {
        final @Nullable String version = Product.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    /** RFC 3261 §20.35: the value of Server and User-Agent. */
    static String token() {
        return NAME + '/' + version();
    }
}
