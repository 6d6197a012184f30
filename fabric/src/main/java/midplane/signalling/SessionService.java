package midplane.signalling;

/** What a session asks a media server for, as far as its usual size goes. */
public enum SessionService {
    /** An announcement (RFC 4240 §3), or anything that speaks to one caller; also what no blade will serve. */
    ANNOUNCEMENT(1),
    /** A dialog with one caller (RFC 4240 §4): it speaks, listens and records. */
    DIALOG(2),
    /** The first leg of a conference (RFC 4240 §5): it brings the conference. */
    NEW_CONFERENCE(4),
    /** A leg of a conference that a blade has already. */
    CONFERENCE_LEG(1),
    /** An MGCP connection of an announcement endpoint, {@code ann}. */
    MGCP_ANNOUNCEMENT(1),
    /** Of an interactive endpoint, {@code ivr}. */
    MGCP_DIALOG(2),
    /** Of a conference endpoint, {@code cnf}. */
    MGCP_CONFERENCE(4);

    private final int units;

    SessionService(final int units) {
        this.units = units;
    }

    /** The units of load such a session takes when nobody says how many. */
    public int units() {
        return units;
    }
}
