package midplane.signalling.sip;

import midplane.signalling.NameTable;

/** The methods somebody here cares about (RFC 3261 §7.1: names are case-sensitive); every other token is {@link #OTHER}. */
public enum SipMethod {
    INVITE,
    ACK,
    BYE,
    CANCEL,
    OPTIONS,
    REGISTER,
    PRACK,
    UPDATE,
    INFO,
    MESSAGE,
    SUBSCRIBE,
    NOTIFY,
    PUBLISH,
    REFER,
    OTHER;

    /** Finds a method by its name. */
    static final NameTable<SipMethod> NAMES = names();

    private static NameTable<SipMethod> names() {
        final var names = new NameTable<>(true, OTHER);
        for (final SipMethod method : values()) {
            if (method != OTHER) {
                names.with(method.name(), method);
            }
        }
        return names;
    }
}
