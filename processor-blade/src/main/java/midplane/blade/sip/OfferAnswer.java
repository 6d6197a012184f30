package midplane.blade.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Objects;
import midplane.blade.media.MediaPlane;
import midplane.blade.media.MediaSession;
import midplane.net.Peer;
import midplane.shelf.MediaSettings;
import midplane.signalling.sdp.LocalDescription;
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
    LocalDescription firstOffer(final MediaSession media, final long descriptionId) {
        return SdpOffer.first(localAddress, media.rtpPort(), descriptionId, FIRST_VERSION);
    }

    /** What a new dialog says of itself. */
    void begin(final Dialog dialog, final long descriptionId, final LocalDescription description) {
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
        if (!Arrays.equals(agreed.ours().text(), dialog.description().text())) {
            agreed = Objects.requireNonNull(
                    answer(message, dialog.media(), dialog.descriptionId, ++dialog.descriptionVersion)
                            .answer(),
                    "the same offer was answered a moment ago");
        }
        dialog.agreed = agreed;
        dialog.description = agreed.ours();
        return null;
    }

    /** Makes another offer within the dialog. */
    void offerAgain(final Dialog dialog) {
        final LocalDescription before = dialog.description();
        final int port = dialog.media().rtpPort();
        LocalDescription offer =
                SdpOffer.again(localAddress, port, dialog.descriptionId, dialog.descriptionVersion, before);
        if (!Arrays.equals(offer.text(), before.text())) {
            offer = SdpOffer.again(localAddress, port, dialog.descriptionId, ++dialog.descriptionVersion, before);
        }
        dialog.agreed = null;
        dialog.description = offer;
    }

    /** Takes the answer to our offer (RFC 3264 §5); returns whether there was one that fits. */
    boolean takeAnswer(final Dialog dialog, final SipMessage message) {
        if (body.read(message) != Content.DESCRIPTION) {
            return false;
        }
        final SdpAnswer agreed = SdpAnswer.fromAnswer(
                        message.buffer(), body.offset(), body.length(), dialog.description(), localAddress, true)
                .answer();
        if (agreed == null) {
            return false;
        }
        dialog.agreed = agreed;
        dialog.awaitsAnswer = false;
        connect(dialog, agreed);
        return true;
    }

    /** Tells the media what was agreed. RFC 3264 §6.1: each side sends under the numbers that the other has described. */
    static void connect(final Dialog dialog, final SdpAnswer agreed) {
        final InetAddress remote = agreed.remoteAddress();
        final InetAddress remoteRtcp = agreed.remoteRtcpAddress();
        final int encoding = encoding(agreed.codec());
        final int described = agreed.ours().payloadType();
        dialog.media().caller(dialog.source());
        dialog.media()
                .connect(
                        remote == null ? NOWHERE : Peer.of(new InetSocketAddress(remote, agreed.remoteRtpPort())),
                        remoteRtcp == null ? null : Peer.of(new InetSocketAddress(remoteRtcp, agreed.remoteRtcpPort())),
                        encoding,
                        agreed.payloadType(),
                        described == LocalDescription.STATIC ? encoding : described,
                        agreed.receivedTelephoneEventPayloadType(),
                        agreed.receives(),
                        remote != null && agreed.sends());
        dialog.media().packetTime(agreed.packetMs());
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
