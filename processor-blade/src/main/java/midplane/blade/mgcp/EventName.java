package midplane.blade.mgcp;

/**
 * An event or signal that is one, not a range or wildcard.
 *
 * @param eventPackage its package.
 * @param name in small letters.
 * @param connection the connection's id, {@code *}, or empty for the endpoint.
 */
record EventName(EventPackage eventPackage, String name, String connection) {
    @Override
    public String toString() {
        return eventPackage.name() + '/' + name + (connection.isEmpty() ? "" : '@' + connection);
    }
}
