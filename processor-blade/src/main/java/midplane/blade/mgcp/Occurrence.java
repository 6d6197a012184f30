package midplane.blade.mgcp;

/**
 * Something that happened on an endpoint.
 *
 * @param connection where it was seen; empty when on the endpoint itself.
 * @param parameters what the brackets hold; empty for no brackets.
 */
record Occurrence(EventPackage eventPackage, String name, String connection, String parameters) {
    /** As ObservedEvents has it. Keys are spelled in capitals. */
    String text(final boolean withConnection) {
        final String shown =
                eventPackage == EventPackage.D && name.length() == 1 ? name.toUpperCase(java.util.Locale.ROOT) : name;
        return eventPackage.name()
                + '/'
                + shown
                + (withConnection && !connection.isEmpty() ? '@' + connection : "")
                + (parameters.isEmpty() ? "" : '(' + parameters + ')');
    }
}
