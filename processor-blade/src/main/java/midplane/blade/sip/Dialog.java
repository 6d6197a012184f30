package midplane.blade.sip;

import static midplane.blade.core.Deadlines.NO_DEADLINE;
import static midplane.blade.core.Deadlines.earlier;

import java.util.Objects;
import midplane.blade.core.ByteStore;
import midplane.blade.media.MediaService;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.shelf.SipSettings;
import midplane.signalling.sdp.LocalDescription;
import midplane.signalling.sdp.SdpAnswer;
import org.jspecify.annotations.Nullable;

/**
 * One session with one caller, as RFC 3261 §12 sees it: always the side that was called. Pooled.
 *
 * <pre>
 *             INVITE                  200                ACK
 *   FREE ---------------&gt; RINGING --------&gt; ANSWERED ------------&gt; CONFIRMED
 *                            |                |  |                  |    |
 *                     CANCEL, BYE: 487   BYE  |  | no ACK: our BYE  |    | BYE
 *                            v                v  +------&gt; ENDING &lt;--+    v
 *                          FREE       LINGERING             |          FREE
 *                                         | ACK, or 64·T1   | answer to our BYE, or timer F
 *                                         v                 v
 *                                       FREE              FREE
 * </pre>
 *
 * An ANSWERED dialog whose caller says BYE lingers, since the caller still has a right to the 200 (RFC 3261 §13.3.1.4).
 */
final class Dialog {
    enum State {
        FREE,
        RINGING,
        ANSWERED,
        CONFIRMED,
        ENDING,
        LINGERING
    }

    /** How a call says that it rings. */
    enum Ringing {
        /** By a 180. */
        PLAIN,
        /** By a 180 that is acknowledged (RFC 3262). */
        RELIABLE,
        /** By a 100 only: a reliable 180 would have to bring an offer (RFC 3261 §13.2.1). */
        TRYING
    }

    final int id;

    /** The 2xx whose ACK is awaited, if any. */
    final UnacknowledgedOk ok;

    /** The reliable 180 whose PRACK is awaited, if any. */
    final UnacknowledgedRinging prack;

    /** How long the session lives without a sign of life. */
    final SessionTimer session = new SessionTimer();

    State state = State.FREE;
    Ringing ringing = Ringing.PLAIN;
    long keyHigh;
    long keyLow;

    /** {@link DialogText} in the store. */
    int text = ByteStore.NOTHING;

    /** The INVITE itself, while it rings. */
    int invite = ByteStore.NOTHING;

    /** The transaction of the first INVITE; it may be gone, and then belongs to another dialog or none. */
    int inviteTransaction;

    long inviteCseq;
    long remoteCseq;
    long localCseq;

    /** When a call that rings is answered; no deadline: as soon as its PRACK is there. */
    long ringEndNs = NO_DEADLINE;

    /** When the 180 is sent once more (RFC 3261 §13.3.1.1). */
    long ringRepeatNs = NO_DEADLINE;

    /** When a service that has no end of its own is ended. */
    long serviceEndNs = NO_DEADLINE;

    /** When the INVITE was to be answered at the latest, as its Expires says (RFC 3261 §13.3.1). */
    long expiryNs = NO_DEADLINE;

    /** When to look whether anything was heard. */
    long silenceNs = NO_DEADLINE;

    /** When the caller last sent a request, or an answer to one of ours. */
    long signOfLifeNs;

    /** The call that this one takes the place of once it is answered, by its key. */
    boolean replaces;

    long replacedHigh;
    long replacedLow;

    /** End the session as soon as the ACK allows it. */
    boolean endsAfterAck;

    /** Our offer is out; the ACK must bring the answer. */
    boolean awaitsAnswer;

    /** Units of load it uses, until its media is closed. */
    int units;

    long descriptionId;
    long descriptionVersion;

    @Nullable
    Peer source;

    @Nullable
    MediaSession media;

    /** What is played or heard. */
    @Nullable
    MediaService service;

    /** What we last described ourselves as. */
    @Nullable
    LocalDescription description;

    /** What the caller last said about his side. */
    @Nullable
    SdpAnswer agreed;

    Dialog(final int id, final ByteStore store, final Transmitter transmitter, final SipSettings settings) {
        this.id = id;
        ok = new UnacknowledgedOk(store, transmitter, settings);
        prack = new UnacknowledgedRinging(settings);
    }

    Peer source() {
        return Objects.requireNonNull(source, "a dialog in use has a source");
    }

    MediaSession media() {
        return Objects.requireNonNull(media, "a dialog that is not ending has media");
    }

    LocalDescription description() {
        return Objects.requireNonNull(description, "every dialog has described itself");
    }

    long nextDeadlineNs() {
        return earlier(
                earlier(earlier(ringEndNs, ringRepeatNs), earlier(expiryNs, prack.nextDeadlineNs())),
                earlier(
                        earlier(earlier(serviceEndNs, silenceNs), ok.nextDeadlineNs()),
                        state == State.CONFIRMED ? session.nextDeadlineNs() : NO_DEADLINE));
    }
}
