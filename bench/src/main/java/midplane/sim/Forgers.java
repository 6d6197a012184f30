package midplane.sim;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Attackers on the network who see every message of every call and forge requests within them: BYE, CANCEL, re-INVITE and
 * the rest, from a host on the allow list, from one on no list, and from the caller's own address with a guessed tag or
 * branch. What is forged carries a mark in its branch, so that answers to it can be told: none may be anything but 481,
 * and nobody on no list may hear anything at all. Everything without the mark goes on to the {@link Watch}, which judges
 * the calls as if nobody had forged anything; so a dialog that was touched is a violation there.
 */
final class Forgers implements VirtualNetwork.Tap {
    private static final String MARK = "z9hG4bKforged";
    private static final byte[] ONLY_ANSWER = "SIP/2.0 481 ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] MARK_BYTES = MARK.getBytes(StandardCharsets.US_ASCII);

    /** A mark stands in the first Via: that is where it is looked for. */
    private static final int MARK_OFFSET_MAX = 400;

    private static final int LISTED_MEDIA_PORT = 7_000;
    private static final int TARGETS = 64;
    private static final int GUESSES = 5;
    private static final String[] METHODS = {
        "BYE", "CANCEL", "INVITE", "BYE", "CANCEL", "INVITE", "ACK", "UPDATE", "INFO"
    };
    private static final String HEX = "0123456789abcdef";

    /** What the attackers know of one call. */
    private static final class Target {
        private final SipText invite;
        private final Peer source;
        private String toTag = "";
        private boolean isAnswered;
        private int port;

        Target(final SipText invite, final Peer source) {
            this.invite = invite;
            this.source = source;
        }
    }

    private final Watch watch;
    private final VirtualNetwork network;
    private final Shelf shelf;
    private final Chance chance;
    private final Peer wellKnown;
    private final VirtualPort listed;
    private final VirtualPort unlisted;
    private final @Nullable Target[] targets = new @Nullable Target[TARGETS];
    private final Map<String, Target> byCallId = new HashMap<>();
    private int next;
    private long forged;
    private long answered;
    private long heardByUnlisted;
    private long media;

    Forgers(
            final Watch watch,
            final VirtualNetwork network,
            final Shelf shelf,
            final Peer wellKnown,
            final Chance chance) {
        this.watch = watch;
        this.network = network;
        this.shelf = shelf;
        this.wellKnown = wellKnown;
        this.chance = chance;
        listed = network.attach(new InetSocketAddress("10.9.0.1", 5060), (buffer, offset, length, source) -> {});
        unlisted = network.attach(
                new InetSocketAddress("192.0.2.66", 5060), (buffer, offset, length, source) -> heardByUnlisted++);
        network.attach(
                new InetSocketAddress("10.9.0.1", LISTED_MEDIA_PORT), (buffer, offset, length, source) -> media++);
    }

    /** Requests forged so far. */
    long forged() {
        return forged;
    }

    /** Forged requests that were answered, with 481 all of them. */
    long answered() {
        return answered;
    }

    /** Forges one request within a call that was seen lately; nothing when none was. */
    void forge() {
        final Target target = targets[chance.nextInt(TARGETS)];
        if (target == null) {
            return;
        }
        final String method = METHODS[chance.nextInt(METHODS.length)];
        final int who = chance.nextInt(3);
        final boolean isFromCaller = who == 2;
        final boolean isCancel = method.equals("CANCEL");
        final SipText invite = target.invite;
        // From the caller's own address anybody could cancel who knows the branch: so it has to be guessed.
        final boolean isOfInvite = isCancel || method.equals("ACK");
        final String branch = isOfInvite && !isFromCaller ? invite.branch() : MARK + chance.nextLong();
        final String toTag = isCancel ? "" : isFromCaller ? guess(target.toTag) : target.toTag;
        if (toTag.isEmpty() && !isCancel) {
            // Without our tag it would be a request like any other.
            return;
        }
        final String fromHost = isFromCaller ? target.source.host() : who == 0 ? "10.9.0.1" : "192.0.2.66";
        final boolean isDescribed = method.equals("INVITE") || method.equals("UPDATE");
        final String body = isDescribed
                ? "v=0\r\no=x 9 9 IN IP4 10.9.0.1\r\ns=-\r\nc=IN IP4 10.9.0.1\r\nt=0 0\r\nm=audio " + LISTED_MEDIA_PORT
                        + " RTP/AVP 0 8\r\n"
                : "";
        final StringBuilder text = new StringBuilder(800);
        text.append(method).append(" sip:x@").append(shelf.host()).append(" SIP/2.0\r\n");
        text.append("Via: ")
                .append(isOfInvite && !isFromCaller ? sentBy(invite) : "SIP/2.0/UDP " + fromHost + ":5060")
                .append(";branch=")
                .append(branch)
                .append(";rport;")
                .append(MARK)
                .append("\r\n");
        text.append("From: ").append(invite.header("From")).append("\r\n");
        text.append("To: ").append(bare(invite.header("To")));
        if (!toTag.isEmpty()) {
            text.append(";tag=").append(toTag);
        }
        text.append("\r\nCall-ID: ").append(invite.callId()).append("\r\nCSeq: ");
        text.append(isCancel || method.equals("ACK") ? invite.cseq() : invite.cseq() + chance.nextInt(1_000))
                .append(' ')
                .append(method);
        text.append("\r\nContact: <sip:x@").append(fromHost).append(":5060>\r\nMax-Forwards: 70\r\n");
        text.append(body.isEmpty() ? "" : "Content-Type: application/sdp\r\n");
        text.append("Content-Length: ").append(body.length()).append("\r\n\r\n").append(body);
        final VirtualPort from = who == 0 ? listed : who == 1 ? unlisted : network.portAt(target.source);
        if (from != null) {
            forged++;
            final boolean isAtBlade = target.port != 0 && chance.inPercent(70);
            from.offer(
                    ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.ISO_8859_1)),
                    isAtBlade ? wellKnown.withPort(target.port) : wellKnown);
        }
    }

    /** The blade's name as it is, and something else where nobody can know: close to the truth, or far from it. */
    private String guess(final String tag) {
        if (tag.length() < 40) {
            return tag;
        }
        final char[] guessed = tag.toCharArray();
        switch (chance.nextInt(GUESSES)) {
            case 0 -> {
                final int at = 8 + chance.nextInt(32);
                guessed[at] = HEX.charAt((HEX.indexOf(guessed[at]) + 1 + chance.nextInt(15)) & 15);
            }
            case 1 -> {
                return tag.substring(0, 8 + chance.nextInt(32));
            }
            case 2 -> {
                return tag + '0';
            }
            default -> {
                for (int i = 8; i < guessed.length; i++) {
                    guessed[i] = HEX.charAt(chance.nextInt(16));
                }
            }
        }
        return new String(guessed);
    }

    @Override
    public void onSent(
            final VirtualPort source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (isForged(buffer, offset, length)) {
            if (source.isPolled()) {
                judge(destination, buffer, offset);
            }
            return;
        }
        watch.onSent(source, target, destination, buffer, offset, length);
        if (source.isPolled() && shelf.isSignalling(source.local())) {
            learnTag(SipText.of(buffer, offset, length));
        }
    }

    @Override
    public void onDelivered(
            final VirtualPort target,
            final Peer source,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (isForged(buffer, offset, length)) {
            return;
        }
        watch.onDelivered(target, source, buffer, offset, length);
        if (target.isPolled() && shelf.isSignalling(target.local())) {
            learnCall(SipText.of(buffer, offset, length), source);
        }
        if (heardByUnlisted + media > 0) {
            watch.fail(null, "a host on no list was answered, or RTP went where a forged request wanted it");
        }
    }

    private void judge(final Peer destination, final DirectBuffer buffer, final int offset) {
        answered++;
        for (int i = 0; i < ONLY_ANSWER.length; i++) {
            if (buffer.getByte(offset + i) != ONLY_ANSWER[i]) {
                watch.fail(
                        null,
                        "a forged request got " + buffer.getStringWithoutLengthAscii(offset, ONLY_ANSWER.length)
                                + " at " + destination);
                return;
            }
        }
    }

    private void learnCall(final SipText text, final Peer source) {
        final boolean isNew =
                text.fault() == null && text.method().equals("INVITE") && !byCallId.containsKey(text.callId());
        if (isNew) {
            final Target target = new Target(text, source);
            final Target before = targets[next];
            if (before != null) {
                byCallId.remove(before.invite.callId());
            }
            targets[next] = target;
            next = (next + 1) % TARGETS;
            byCallId.put(text.callId(), target);
        }
    }

    private void learnTag(final SipText text) {
        final Target target = text.fault() == null && text.isResponse() ? byCallId.get(text.callId()) : null;
        if (target != null && Shelf.isOurs(text.toTag()) && !target.isAnswered) {
            target.toTag = text.toTag();
            target.isAnswered = text.status() >= 200;
            target.port = text.contactUri().isEmpty() ? target.port : SipText.port(text.contactUri());
        }
    }

    private static boolean isForged(final DirectBuffer buffer, final int offset, final int length) {
        final int last = Math.min(length, MARK_OFFSET_MAX) - MARK_BYTES.length;
        for (int i = 0; i <= last; i++) {
            if (buffer.getByte(offset + i) == 'z' && isMark(buffer, offset + i)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMark(final DirectBuffer buffer, final int offset) {
        for (int i = 0; i < MARK_BYTES.length; i++) {
            if (buffer.getByte(offset + i) != MARK_BYTES[i]) {
                return false;
            }
        }
        return true;
    }

    private static String sentBy(final SipText invite) {
        final String via = invite.header("Via");
        final int end = via.indexOf(';');
        return end < 0 ? via : via.substring(0, end);
    }

    private static String bare(final String value) {
        final int close = value.indexOf('>');
        return close < 0 ? value : value.substring(0, close + 1);
    }
}
