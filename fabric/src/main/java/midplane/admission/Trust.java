package midplane.admission;

/** How far a source is believed; more of it comes later. */
public enum Trust {
    /** On no list: hears nothing from us. */
    UNKNOWN,
    /** On the allow list. Its address may still be forged. */
    LISTED,
    /** Listed, and has sent back a tag of ours: it hears what we send it. */
    PROVEN
}
