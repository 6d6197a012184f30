package midplane.signalling.mgcp;

import midplane.signalling.NameTable;

/** Parameters by their codes (RFC 3435 §3.2.2). Names are equal whatever the case of their letters. */
public enum MgcpParameter {
    RESPONSE_ACK("K"),
    BEARER_INFORMATION("B"),
    CALL_ID("C"),
    CONNECTION_ID("I"),
    NOTIFIED_ENTITY("N"),
    REQUEST_IDENTIFIER("X"),
    LOCAL_CONNECTION_OPTIONS("L"),
    CONNECTION_MODE("M"),
    REQUESTED_EVENTS("R"),
    SIGNAL_REQUESTS("S"),
    DIGIT_MAP("D"),
    OBSERVED_EVENTS("O"),
    CONNECTION_PARAMETERS("P"),
    REASON_CODE("E"),
    SPECIFIC_ENDPOINT_ID("Z"),
    SECOND_ENDPOINT_ID("Z2"),
    SECOND_CONNECTION_ID("I2"),
    REQUESTED_INFO("F"),
    QUARANTINE_HANDLING("Q"),
    DETECT_EVENTS("T"),
    RESTART_METHOD("RM"),
    RESTART_DELAY("RD"),
    CAPABILITIES("A"),
    EVENT_STATES("ES"),
    PACKAGE_LIST("PL"),
    MAX_MGCP_DATAGRAM("MD"),
    SESSION_SIZE("X-Session-Size"),
    /** Ours: removed from what comes in, then written by the dispatcher. */
    MIDPLANE_PORT("X-Midplane-Port"),
    /** A vendor's, to be ignored by who does not know it: {@code X-…}. */
    EXTENSION(""),
    /** A vendor's, to be refused (511) by who does not know it: {@code X+…}. */
    CRITICAL_EXTENSION(""),
    /** A package's: {@code package/name}. */
    PACKAGE_EXTENSION(""),
    /** Anything else. */
    OTHER("");

    /** Finds a parameter by its name. */
    static final NameTable<MgcpParameter> NAMES = names();

    private final String code;

    MgcpParameter(final String code) {
        this.code = code;
    }

    /** The name on the wire; empty for the kinds that have many. */
    public String code() {
        return code;
    }

    /** Whether a command may have it once only. */
    boolean isSingle() {
        return switch (this) {
            case SESSION_SIZE, MIDPLANE_PORT, EXTENSION, CRITICAL_EXTENSION, PACKAGE_EXTENSION, OTHER -> false;
            default -> true;
        };
    }

    private static NameTable<MgcpParameter> names() {
        final var names = new NameTable<>(false, OTHER);
        for (final MgcpParameter parameter : values()) {
            if (!parameter.code.isEmpty()) {
                names.with(parameter.code, parameter);
            }
        }
        return names.with("X+Session-Size", SESSION_SIZE).with("X+Midplane-Port", MIDPLANE_PORT);
    }
}
