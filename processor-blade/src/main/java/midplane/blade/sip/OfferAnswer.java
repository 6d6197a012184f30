package midplane.blade.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.shelf.MediaSettings;
import midplane.signalling.sdp.SdpAnswer;
import midplane.signalling.sdp.SdpOffer;
import midplane.signalling.sip.SipMessage;
import org.jspecify.annotations.Nullable;

/**
 * Sessions described by offer and answer (RFC 3264): answers offers, makes ours, reads the answer to it, and tells the
 * media where it goes. An offer that cannot be answered leaves the dialog as it was.
 */
final class OfferAnswer {
    private static final long FIRST_VERSION = 1;
    private static final long ADDRESS_LOW_UNSPECIFIED = 0x0000_FFFF_0000_0000L;
    private static final int UNSPECIFIED_PORT = 9;

    /** 0.0.0.0: where nothing is sent to. */
    private static final Peer NOWHERE = Peer.of(0, ADDRESS_LOW_UNSPECIFIED, UNSPECIFIED_PORT);

    private final String localAddress;
    private final Body body = new Body();

    OfferAnswer(final MediaSettings settings) {
        localAddress = settings.advertisedAddress();
    }

    /** Answers the offer of a first INVITE, for a dialog that is to be. */
    SdpAnswer.Result first(final SipMessage message, final MediaSession media, final long descriptionId) {
        return answer(message, media, descriptionId, FIRST_VERSION);
    }

    /** Our offer, for a dialog that is to be. */
    byte[] firstOffer(final MediaSession media, final long descriptionId) {
        return SdpOffer.text(localAddress, media.rtpPort(), descriptionId, FIRST_VERSION);
    }

    /** What a new dialog says of itself; {@code agreed} is null when it makes an offer. */
    void begin(final Dialog dialog, final long descriptionId, final byte[] description) {
        dialog.descriptionId = descriptionId;
        dialog.descriptionVersion = FIRST_VERSION;
        dialog.description = description;
    }

    /** Answers another offer within the dialog; null when that was done, else the reason why not. */
    SdpAnswer.@Nullable Refusal again(final Dialog dialog, final SipMessage message) {
        final SdpAnswer.Result result =
                answer(message, dialog.media(), dialog.descriptionId, dialog.descriptionVersion);
        SdpAnswer agreed = result.answer();
        if (agreed == null) {
            return result.refusal();
        }
        // RFC 3264 §8: the version goes up by one when, and only when, the description changes.
        if (!Arrays.equals(agreed.text(), dialog.description)) {
            agreed = Objects.requireNonNull(
                    answer(message, dialog.media(), dialog.descriptionId, ++dialog.descriptionVersion)
                            .answer(),
                    "the same offer was answered a moment ago");
        }
        dialog.agreed = agreed;
        dialog.description = agreed.text();
        return null;
    }

    /** Makes another offer within the dialog. */
    void offerAgain(final Dialog dialog) {
        final int port = dialog.media().rtpPort();
        byte[] description = SdpOffer.text(localAddress, port, dialog.descriptionId, dialog.descriptionVersion);
        if (!Arrays.equals(description, dialog.description)) {
            description = SdpOffer.text(localAddress, port, dialog.descriptionId, ++dialog.descriptionVersion);
        }
        dialog.agreed = null;
        dialog.description = description;
    }

    /** Takes the answer to our offer (RFC 3264 §5); returns whether there was one that fits. */
    boolean takeAnswer(final Dialog dialog, final SipMessage message) {
        if (body.read(message) != Content.DESCRIPTION) {
            return false;
        }
        final SdpAnswer agreed = SdpAnswer.fromAnswer(
                        message.buffer(), body.offset(), body.length(), localAddress, true)
                .answer();
        if (agreed == null) {
            return false;
        }
        dialog.agreed = agreed;
        dialog.awaitsAnswer = false;
        connect(dialog, agreed, encoding(agreed.codec()));
        return true;
    }

    /** Tells the media what was agreed as answer to an offer of theirs. */
    static void connect(final Dialog dialog, final SdpAnswer agreed) {
        connect(dialog, agreed, agreed.payloadType());
    }

    /** RFC 3264 §6.1: each side sends under the numbers that the other has described. */
    private static void connect(final Dialog dialog, final SdpAnswer agreed, final int receivedPayloadType) {
        final InetAddress remote = agreed.remoteAddress();
        final boolean isReachable = remote != null;
        dialog.media()
                .connect(
                        isReachable ? Peer.of(new InetSocketAddress(remote, agreed.remoteRtpPort())) : NOWHERE,
                        isReachable ? Peer.of(new InetSocketAddress(remote, agreed.remoteRtcpPort())) : null,
                        encoding(agreed.codec()),
                        agreed.payloadType(),
                        receivedPayloadType,
                        agreed.telephoneEventPayloadType(),
                        agreed.receives(),
                        isReachable && agreed.sends());
    }

    private SdpAnswer.Result answer(
            final SipMessage message, final MediaSession media, final long descriptionId, final long version) {
        final Content content = body.read(message);
        assert content == Content.DESCRIPTION : "everything else was refused before";
        return SdpAnswer.answer(
                message.buffer(),
                body.offset(),
                body.length(),
                localAddress,
                media.rtpPort(),
                descriptionId,
                version,
                true);
    }

    private static int encoding(final SdpAnswer.Codec codec) {
        return switch (codec) {
            case PCMU -> MediaPlane.PCMU;
            case PCMA -> MediaPlane.PCMA;
        };
    }
}
