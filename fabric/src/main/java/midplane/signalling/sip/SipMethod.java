package midplane.signalling.sip;

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
    OTHER
}
