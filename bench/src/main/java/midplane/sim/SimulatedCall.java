package midplane.sim;

import static java.nio.ByteOrder.BIG_ENDIAN;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import midplane.net.Peer;
import midplane.sim.CallRecord.WireTransaction;
import org.jspecify.annotations.Nullable;

/**
 * One call of an application server: RFC 3261's user agent client, with the client transactions of §17.1, as the
 * {@link CallPlan} wants it to behave.
 */
final class SimulatedCall implements Alarmed {
    // Each kind of alarm has a number, and the latest time asked for; an alarm at another time is stale.
    private static final int FIRST = 0;
    private static final int CANCEL = 1;
    private static final int BYE = 2;
    private static final int QUERY = 3;
    private static final int REQUESTS = 4;
    private static final int REPEAT = 0;
    private static final int TIMEOUT = REQUESTS;
    private static final int CANCEL_NOW = 2 * REQUESTS;
    private static final int MERGE_NOW = CANCEL_NOW + 1;
    private static final int ACK_NOW = CANCEL_NOW + 2;
    private static final int ACK_AGAIN = CANCEL_NOW + 3;
    private static final int QUERY_NOW = CANCEL_NOW + 4;
    private static final int HANG_UP = CANCEL_NOW + 5;
    private static final int DIE = CANCEL_NOW + 6;
    private static final int SPEAK = CANCEL_NOW + 7;
    private static final int FORGET = CANCEL_NOW + 8;
    private static final int ALARMS = CANCEL_NOW + 9;

    private static final int ROOMS = 7;

    /** One name for each room, however it is written. */
    private static final String[] NAMES = {"conf=Room-", "CONF=rOOM-", "conf=%52oom-"};

    private static final long NO_ALARM = Long.MIN_VALUE;
    private static final long FRAME_NS = 20_000_000L;
    private static final long LATE_SPEECH_NS = 100_000_000L;

    /** How long a client waits for the end of what rings, or of what its server never ended. */
    private static final long PATIENCE_NS = 3 * Watch.TIMEOUT_NS;

    /** Once the first copy's transaction is over, another copy is a request of its own. */
    private static final long MERGE_LIMIT_NS = Watch.TIMEOUT_NS / 2;

    /** Sessions with a timer (RFC 4028): as short as may be. */
    private static final String SESSION_EXPIRES = "90;refresher=";

    private static final long REFRESH_NS = 45_000_000_000L;

    /** Who never hangs up falls silent, so that somebody else must end the call. */
    private static final long SPEECH_NS = 8_000_000_000L;

    /** Of so many re-INVITEs of the chassis one meets one of ours, and gets 491. */
    private static final int GLARE_ONE_IN = 3;

    private static final long FORGET_RETRY_NS = 5_000_000_000L;

    /** No session of the simulation outlives this: the longest announcement, and the timers after it. */
    private static final long LIFETIME_NS = 900_000_000_000L;

    private final SimulatedAppServer server;
    private final CallPlan plan;
    private final int number;
    private final String callId;
    private final String fromTag;
    private final CallRecord record;
    private final int mediaPort;
    private final long placedNs;
    private final @Nullable ClientRequest[] requests = new @Nullable ClientRequest[REQUESTS];
    private final long[] alarmsNs = new long[ALARMS];

    private @Nullable SimulatedCall replaced;
    private int branches;
    private int cseq = 1;
    private String lastAskedBranch = "";
    private int asked;
    private String to;
    private String remoteUri = "";
    private @Nullable Peer remoteTarget;
    private @Nullable Peer remoteMedia;
    private byte @Nullable [] ack;
    private @Nullable Peer ackTarget;
    private String mergedBranch = "";
    private String sdpAnswer = "";
    private boolean isAcknowledged;
    private boolean isOver;
    private boolean isDead;
    private String timedOut = "";
    private int spoken;
    private long lastWordNs = Long.MAX_VALUE;

    SimulatedCall(
            final SimulatedAppServer server,
            final CallPlan plan,
            final int number,
            final int mediaPort,
            final Chance chance,
            final Watch watch,
            final long nowNs) {
        this.server = server;
        this.plan = plan;
        this.number = number;
        this.mediaPort = mediaPort;
        callId = Long.toHexString(chance.nextLong()) + '-' + number + '@' + server.host();
        fromTag = "f" + Long.toHexString(chance.nextLong());
        to = "<sip:" + service() + '@' + server.wellKnown() + '>'
                + (plan.kind() == CallPlan.Kind.BYE_TO_NOBODY ? ";tag=nobody" : "");
        placedNs = nowNs;
        record = watch.open(callId, plan, this);
        Arrays.fill(alarmsNs, NO_ALARM);
    }

    String callId() {
        return callId;
    }

    CallPlan plan() {
        return plan;
    }

    /** This call is to take the place of another. */
    void replaces(final SimulatedCall other) {
        replaced = other;
        record.replaced = other.record;
    }

    /** Whether the call is up, and another may take its place. */
    boolean isReplaceable() {
        return plan.kind().isSession()
                && plan.kind() != CallPlan.Kind.CONFERENCE
                && !plan.isTimed()
                && isAcknowledged
                && !isOver
                && !isDead
                && plan.dieNs() < 0
                && !record.mayBeReplaced;
    }

    String fromTag() {
        return fromTag;
    }

    int number() {
        return number;
    }

    CallRecord record() {
        return record;
    }

    int mediaPort() {
        return mediaPort;
    }

    /** Where a BYE must be sent to. */
    Peer contact() {
        return server.local();
    }

    String contactUri() {
        return "sip:as" + number + '@' + server.local();
    }

    /** The final status of the first request; 0 before. */
    int status() {
        final ClientRequest first = requests[FIRST];
        return first != null && first.isFinal() ? first.status : 0;
    }

    /** Whether the call came to its end as this server sees it. */
    boolean isOver() {
        return isOver;
    }

    /** Why the call did not go as its plan wanted, told when it is over; or null. Who means to die wants nothing. */
    @Nullable
    String failure() {
        final int wanted = plan.kind().status();
        final boolean wasCancelled = requests[CANCEL] != null;
        if (plan.dieNs() >= 0) {
            return null;
        } else if (!timedOut.isEmpty()) {
            return timedOut + " got no final response";
        } else if (replaced != null && (status() == 481 || status() == 603)) {
            // Its time had come before.
            return null;
        } else if (status() != wanted && !(wasCancelled && status() == 487)) {
            return "answered " + status() + " instead of " + wanted;
        }
        return isAcknowledged && !record.hasAckArrived ? "no ACK arrived" : null;
    }

    /** Sends the first request. */
    void place(final long nowNs) {
        final ClientRequest first = request(FIRST, plan.kind().method(), 1, server.wellKnown());
        start(FIRST, first, nowNs);
        if (plan.dieNs() >= 0) {
            alarm(DIE, nowNs + plan.dieNs());
        }
        alarm(FORGET, nowNs + PATIENCE_NS + (plan.isTimed() ? plan.hangUpNs() : 0));
    }

    /** Falls silent for good. */
    void die() {
        isDead = true;
        isOver = true;
        for (int kind = 0; kind < ALARMS; kind++) {
            if (kind != FORGET) {
                cancel(kind);
            }
        }
    }

    // What arrives.

    void onMessage(final SipText text, final long nowNs) {
        if (isDead) {
            return;
        }
        if (text.isResponse()) {
            onResponse(text, nowNs);
        } else if (text.method().equals("BYE")) {
            onBye(text, nowNs);
        } else if (text.method().equals("UPDATE") || text.method().equals("INVITE")) {
            onRefresh(text);
        }
    }

    private void onBye(final SipText bye, final long nowNs) {
        server.send(response(bye), plan.fromElsewhere(), server.chassisPeer(SipText.viaPort(bye.header("Via"))));
        cancel(HANG_UP);
        cancel(QUERY_NOW);
        end(nowNs);
    }

    /** The chassis refreshes the session: it may, but one in some re-INVITEs crosses one that we meant to send. */
    private void onRefresh(final SipText refresh) {
        asked += refresh.branch().equals(lastAskedBranch) ? 0 : 1;
        lastAskedBranch = refresh.branch();
        final boolean isInvite = refresh.method().equals("INVITE");
        final boolean isGlare = isInvite && asked % GLARE_ONE_IN == number % GLARE_ONE_IN && asked < 2 * GLARE_ONE_IN;
        final String status = isOver ? "481 Gone" : isGlare ? "491 Request Pending" : "200 OK";
        final boolean isGranted = status.startsWith("200");
        final String headers = isGranted
                ? "Contact: <" + contactUri() + ">\r\nRequire: timer\r\nSession-Expires: 90;refresher=uac\r\n"
                        + (isInvite ? "Content-Type: application/sdp\r\n" : "")
                : "";
        server.send(
                response(refresh, status, headers, isGranted && isInvite ? sdp() : ""),
                plan.fromElsewhere(),
                server.chassisPeer(SipText.viaPort(refresh.header("Via"))));
    }

    private void onResponse(final SipText response, final long nowNs) {
        final String branch = response.branch();
        if (branch.equals(mergedBranch)) {
            if (response.status() >= 300) {
                server.send(
                        refusalAck(response, mergedBranch, requestUri(), 1), plan.fromElsewhere(), server.wellKnown());
            }
            return;
        }
        for (int slot = 0; slot < REQUESTS; slot++) {
            final ClientRequest request = requests[slot];
            if (request != null && request.branch.equals(branch) && request.method.equals(response.cseqMethod())) {
                if (slot == QUERY && plan.query().equals("INVITE")) {
                    onReInviteResponse(request, response);
                } else if (request.method.equals("INVITE")) {
                    onInviteResponse(request, response, nowNs);
                } else {
                    onOtherResponse(slot, request, response, nowNs);
                }
            }
        }
    }

    private void onInviteResponse(final ClientRequest invite, final SipText response, final long nowNs) {
        final boolean isFirst = invite.status == 0;
        final boolean wasFinal = invite.isFinal();
        if (!wasFinal) {
            cancel(REPEAT + FIRST);
            cancel(TIMEOUT + FIRST);
            invite.status = response.status();
        }
        if (isFirst && plan.mergeNs() >= 0) {
            alarm(MERGE_NOW, nowNs + plan.mergeNs());
        }
        if (response.status() < 200) {
            if (isFirst && plan.cancelNs() >= 0) {
                alarm(CANCEL_NOW, nowNs + plan.cancelNs());
            }
        } else if (response.status() >= 300) {
            server.send(refusalAck(response, invite.branch, requestUri(), 1), plan.fromElsewhere(), server.wellKnown());
            end(nowNs);
        } else if (!wasFinal) {
            onAnswered(response, nowNs);
        } else if (isAcknowledged) {
            sendAck();
        }
    }

    private void onReInviteResponse(final ClientRequest invite, final SipText response) {
        cancel(REPEAT + QUERY);
        if (response.status() < 200) {
            return;
        }
        cancel(TIMEOUT + QUERY);
        final byte[] bytes = response.status() >= 300
                ? refusalAck(response, invite.branch, remoteRequestUri(), response.cseq())
                : text("ACK", remoteRequestUri(), nextBranch(), response.cseq(), "");
        server.send(bytes, plan.fromElsewhere(), invite.target);
    }

    private void onAnswered(final SipText ok, final long nowNs) {
        cancel(CANCEL_NOW);
        to = ok.header("To");
        remoteUri = ok.contactUri();
        remoteTarget = plan.followsContact() ? server.chassisPeer(SipText.port(remoteUri)) : server.wellKnown();
        final int port = ok.audioPort();
        remoteMedia = port == 0 ? null : server.chassisPeer(port);
        sdpAnswer = plan.delayedOffer() ? sdp() : "";
        ackTarget = remoteTarget;
        ack = text("ACK", remoteRequestUri(), nextBranch(), 1, sdpAnswer);
        if (plan.ackNs() == 0) {
            onAckTime(nowNs);
        } else if (plan.ackNs() > 0) {
            alarm(ACK_NOW, nowNs + plan.ackNs());
        }
    }

    private void onAckTime(final long nowNs) {
        isAcknowledged = true;
        sendAck();
        if (plan.secondAckNs() >= 0) {
            alarm(ACK_AGAIN, nowNs + plan.secondAckNs());
        }
        if (isOver) {
            return;
        }
        if (plan.queryNs() >= 0) {
            alarm(QUERY_NOW, nowNs + plan.queryNs());
        }
        final boolean wasCancelled = requests[CANCEL] != null;
        if (plan.hangUpNs() >= 0 || wasCancelled) {
            alarm(HANG_UP, nowNs + Math.max(0, plan.hangUpNs()));
        }
        if (plan.kind() == CallPlan.Kind.CONFERENCE) {
            alarm(SPEAK, nowNs);
        } else if (plan.kind() == CallPlan.Kind.ECHO && !plan.isTimed()) {
            lastWordNs = plan.hangUpNs() < 0 ? nowNs + SPEECH_NS : lastWordNs;
            alarm(SPEAK, nowNs);
        }
        if (plan.timer() == CallPlan.Timer.CLIENT) {
            alarm(QUERY_NOW, nowNs + REFRESH_NS);
        }
    }

    private void onOtherResponse(
            final int slot, final ClientRequest request, final SipText response, final long nowNs) {
        request.status = Math.max(request.status, response.status());
        if (request.isFinal()) {
            cancel(REPEAT + slot);
            cancel(TIMEOUT + slot);
            if (slot == BYE || slot == FIRST) {
                end(nowNs);
            } else if (slot == QUERY && plan.timer() == CallPlan.Timer.CLIENT && !isOver) {
                alarm(QUERY_NOW, nowNs + REFRESH_NS);
            }
        }
    }

    // What is due.

    @Override
    public void onAlarm(final int kind, final long nowNs) {
        if (alarmsNs[kind] != nowNs) {
            return;
        }
        alarmsNs[kind] = NO_ALARM;
        switch (kind) {
            case CANCEL_NOW -> start(CANCEL, cancelRequest(), nowNs);
            case MERGE_NOW -> merge(nowNs);
            case ACK_NOW -> onAckTime(nowNs);
            case ACK_AGAIN -> sendAck();
            case QUERY_NOW -> start(QUERY, request(QUERY, plan.query(), ++cseq, dialogTarget()), nowNs);
            case HANG_UP -> {
                lastWordNs = nowNs + LATE_SPEECH_NS;
                cancel(QUERY_NOW);
                start(BYE, request(BYE, "BYE", ++cseq, dialogTarget()), nowNs);
            }
            case DIE -> die();
            case SPEAK -> speak(nowNs);
            case FORGET -> forget(nowNs);
            default -> {
                if (kind >= TIMEOUT) {
                    onTimeout(kind - TIMEOUT, nowNs);
                } else {
                    repeat(kind - REPEAT, nowNs);
                }
            }
        }
    }

    /** Timers A and E. */
    private void repeat(final int slot, final long nowNs) {
        final ClientRequest request = requests[slot];
        if (request == null) {
            return;
        }
        server.send(request.bytes, plan.fromElsewhere(), request.target);
        request.intervalNs = request.method.equals("INVITE")
                ? 2 * request.intervalNs
                : Math.min(2 * request.intervalNs, Watch.T2_NS);
        alarm(REPEAT + slot, nowNs + request.intervalNs);
    }

    /** Timers B and F. */
    private void onTimeout(final int slot, final long nowNs) {
        cancel(REPEAT + slot);
        final ClientRequest request = requests[slot];
        final String method = request == null ? "" : request.method;
        server.onTimeout(this, method);
        // What was asked in a dialog that a BYE ended meanwhile is nobody's concern any more.
        if (slot != QUERY || !isOver) {
            timedOut = method;
        }
        if (slot == FIRST || slot == BYE) {
            end(nowNs);
        }
    }

    private void end(final long nowNs) {
        if (!isOver) {
            isOver = true;
            lastWordNs = Math.min(lastWordNs, nowNs + LATE_SPEECH_NS);
            alarm(FORGET, nowNs + Watch.TIMEOUT_NS + FORGET_RETRY_NS);
        }
    }

    /** Once the chassis has been done with the session for 64·T1, nothing of it may come any more. */
    private void forget(final long nowNs) {
        isOver = true;
        final boolean isNeverHeardOf = record.lastArrivalNs == CallRecord.NEVER;
        final boolean isLongEnded = record.isEnded()
                && nowNs - Math.max(record.endedNs, record.lastArrivalNs) > Watch.TIMEOUT_NS + FRAME_NS;
        if (isNeverHeardOf || isLongEnded) {
            server.forget(this);
        } else if (nowNs - placedNs > LIFETIME_NS) {
            server.fail(record, "the session was never ended, though nobody listens any more");
        } else {
            alarm(FORGET, nowNs + FORGET_RETRY_NS);
        }
    }

    private void speak(final long nowNs) {
        final Peer target = remoteMedia;
        if (target == null || nowNs >= lastWordNs) {
            return;
        }
        server.sendRtp(this, target, spoken++);
        alarm(SPEAK, nowNs + FRAME_NS);
    }

    /** Writes the number of the call into each frame, so that an echo tells whose it is. */
    static void writeRtp(final ByteBuffer packet, final int number, final int frame) {
        packet.clear().order(BIG_ENDIAN);
        packet.put((byte) 0x80).put((byte) (frame == 0 ? 0x80 : 0));
        packet.putShort((short) (frame + number))
                .putInt(frame * SimulatedPrompts.FRAME_SAMPLES)
                .putInt(number);
        for (int i = 0; i < SimulatedPrompts.FRAME_SAMPLES; i += 2 * Integer.BYTES) {
            packet.putInt(number).putInt(frame);
        }
        packet.flip();
    }

    // What is sent.

    private void start(final int slot, final ClientRequest request, final long nowNs) {
        requests[slot] = request;
        server.send(request.bytes, plan.fromElsewhere(), request.target);
        alarm(REPEAT + slot, nowNs + request.intervalNs);
        alarm(TIMEOUT + slot, nowNs + Watch.TIMEOUT_NS);
    }

    private ClientRequest request(final int slot, final String method, final int cseq, final Peer target) {
        final String branch = nextBranch();
        note(branch, method, cseq, false);
        final String uri = slot == FIRST ? requestUri() : remoteRequestUri();
        final boolean describes = isOffering(method) && !(slot == FIRST && plan.delayedOffer());
        final String body = describes ? sdp() : "";
        return new ClientRequest(branch, method, text(method, uri, branch, cseq, body), target);
    }

    /** RFC 3261 §9.1: the Request-URI, Call-ID, To, number of CSeq, From and topmost Via of the INVITE. */
    private ClientRequest cancelRequest() {
        final ClientRequest invite = requests[FIRST];
        assert invite != null : "only an INVITE is cancelled";
        note(invite.branch, "CANCEL", 1, false);
        return new ClientRequest(
                invite.branch, "CANCEL", text("CANCEL", requestUri(), invite.branch, 1, ""), server.wellKnown());
    }

    /** The same INVITE comes a second time by another proxy: RFC 3261 §8.2.2.2. */
    private void merge(final long nowNs) {
        if (nowNs - placedNs > MERGE_LIMIT_NS) {
            return;
        }
        mergedBranch = nextBranch();
        note(mergedBranch, "INVITE", 1, true);
        final String first = "<sip:" + service() + '@' + server.wellKnown() + '>';
        final String before = to;
        to = first;
        final byte[] copy = text("INVITE", requestUri(), mergedBranch, 1, plan.delayedOffer() ? "" : sdp());
        to = before;
        server.send(copy, plan.fromElsewhere(), server.wellKnown());
    }

    private void sendAck() {
        final byte[] bytes = ack;
        final Peer target = ackTarget;
        if (bytes != null && target != null) {
            server.send(bytes, plan.fromElsewhere(), target);
        }
    }

    /** RFC 3261 §17.1.1.3: the branch of the INVITE, and the To of the response. */
    private byte[] refusalAck(final SipText response, final String branch, final String uri, final int cseq) {
        final String before = to;
        to = response.header("To");
        final byte[] bytes = text("ACK", uri, branch, cseq, "");
        to = before;
        return bytes;
    }

    private void note(final String branch, final String method, final int cseq, final boolean isMerged) {
        final Peer source = server.source(plan.fromElsewhere());
        record.transactions.add(new WireTransaction(
                branch,
                method,
                cseq,
                plan.rport() ? source : server.local(),
                source,
                plan.rport(),
                plan.namedVia(),
                isMerged));
    }

    private byte[] text(final String method, final String uri, final String branch, final int cseq, final String body) {
        final boolean isCompact = plan.compact();
        final StringBuilder text = new StringBuilder(1024);
        text.append(method).append(' ').append(uri).append(" SIP/2.0\r\n");
        text.append(isCompact ? "v: " : "Via: ").append("SIP/2.0/UDP ").append(sentBy());
        text.append(";branch=")
                .append(branch)
                .append(plan.rport() ? ";rport" : "")
                .append("\r\n");
        text.append("Max-Forwards: 70\r\n");
        text.append(isCompact ? "f" : "From").append(": ").append(from()).append("\r\n");
        text.append(isCompact ? "t" : "To").append(": ").append(to).append("\r\n");
        text.append(isCompact ? "i: " : "Call-ID: ").append(callId).append("\r\n");
        text.append("CSeq: ").append(cseq).append(' ').append(method).append("\r\n");
        if (isOffering(method)) {
            text.append(isCompact ? "m" : "Contact")
                    .append(": <")
                    .append(contactUri())
                    .append(">\r\n");
            if (plan.recordRouted() && method.equals("INVITE")) {
                text.append("Record-Route: ").append(route()).append("\r\n");
            }
        }
        if (method.equals("INVITE")) {
            text.append(SimulatedSize.lines(number));
        }
        if (plan.isTimed()) {
            text.append("Supported: timer\r\n");
            if (isOffering(method)) {
                text.append("Session-Expires: ")
                        .append(SESSION_EXPIRES)
                        .append(plan.timer().refresher())
                        .append("\r\nAllow: INVITE, ACK, BYE")
                        .append(plan.timer() == CallPlan.Timer.CHASSIS_BY_INVITE ? "\r\n" : ", UPDATE\r\n");
            }
        }
        final SimulatedCall other = replaced;
        if (other != null && method.equals("INVITE")) {
            text.append("Replaces: ")
                    .append(other.callId)
                    .append(";from-tag=")
                    .append(other.fromTag)
                    .append(";to-tag=")
                    .append(SipText.param(other.to, "tag"))
                    .append("\r\n");
        }
        if (plan.kind() == CallPlan.Kind.UNKNOWN_EXTENSION && method.equals("INVITE")) {
            text.append("Require: time-travel\r\n");
        }
        if (!body.isEmpty()) {
            text.append(isCompact ? "c" : "Content-Type").append(": application/sdp\r\n");
        }
        text.append(isCompact ? "l: " : "Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n");
        return text.append(body).toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isOffering(final String method) {
        return method.equals("INVITE") || method.equals("UPDATE");
    }

    private byte[] response(final SipText request) {
        return response(request, "200 OK", "", "");
    }

    private static byte[] response(
            final SipText request, final String status, final String headers, final String body) {
        final StringBuilder text =
                new StringBuilder(512).append("SIP/2.0 ").append(status).append("\r\n");
        for (final String name : new String[] {"Via", "From", "To", "Call-ID", "CSeq"}) {
            text.append(name).append(": ").append(request.header(name)).append("\r\n");
        }
        return text.append(headers)
                .append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body)
                .toString()
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Whether an answer gives back From and To as they were asked (RFC 3261 §8.2.6.2). */
    boolean isAnsweredIn(final SipText response) {
        return response.header("From").equals(from())
                && SipText.uri(response.header("To")).equals(SipText.uri(to));
    }

    private String from() {
        return "<sip:as" + number + '@' + server.host() + ">;tag=" + fromTag;
    }

    private String sentBy() {
        return (plan.namedVia() ? "as.example.net" : server.host())
                + ':'
                + server.local().port();
    }

    private String route() {
        return "<sip:" + server.local() + ";lr>";
    }

    private String nextBranch() {
        return "z9hG4bK-" + number + '-' + branches++;
    }

    private Peer dialogTarget() {
        final Peer target = remoteTarget;
        assert target != null : "there is a dialog";
        return target;
    }

    /** Who ignores Contact sends its first Request-URI again, as sipp does. */
    private String remoteRequestUri() {
        return plan.followsContact() ? remoteUri : requestUri();
    }

    private String requestUri() {
        final StringBuilder uri =
                new StringBuilder("sip:").append(service()).append('@').append(server.wellKnown());
        if (plan.kind() == CallPlan.Kind.UNKNOWN_PROMPT) {
            uri.append(";play=nosuchprompt");
        } else if (service().equals("annc") && plan.kind() != CallPlan.Kind.WITHOUT_PLAY) {
            uri.append(";play=").append(SimulatedPrompts.NAME);
            if (plan.repeats() > 1) {
                uri.append(";repeat=").append(plan.repeats());
            }
            if (plan.pauseNs() > 0) {
                uri.append(";delay=").append(plan.pauseNs() / 1_000_000L);
            }
            if (plan.durationNs() > 0) {
                uri.append(";duration=").append(plan.durationNs() / 1_000_000L);
            }
        }
        return uri.append(SimulatedSize.parameter(number)).toString();
    }

    private String service() {
        return switch (plan.kind()) {
            case ECHO -> "echo";
            case CONFERENCE -> NAMES[number % NAMES.length] + room();
            case UNKNOWN_SERVICE -> "teapot";
            case ANNOUNCEMENT,
                    WITHOUT_PLAY,
                    UNKNOWN_PROMPT,
                    NO_CODEC_IN_COMMON,
                    UNKNOWN_EXTENSION,
                    CAPABILITIES,
                    REGISTRATION,
                    INFO_WITHOUT_DIALOG,
                    BYE_TO_NOBODY,
                    UNKNOWN_METHOD -> "annc";
        };
    }

    /** Which conference this call joins, if it joins any: few, so that they empty and fill all the time. */
    int room() {
        return number / 2 % ROOMS;
    }

    private String sdp() {
        final String codecs = plan.kind() == CallPlan.Kind.NO_CODEC_IN_COMMON
                ? "3"
                : plan.kind() == CallPlan.Kind.ANNOUNCEMENT && (number & 1) == 1 ? "8 0" : "0 8";
        return "v=0\r\no=- " + number + " 1 IN IP4 " + server.host() + "\r\ns=-\r\nc=IN IP4 " + server.host()
                + "\r\nt=0 0\r\nm=audio " + mediaPort + " RTP/AVP " + codecs + "\r\n"
                + (plan.isTimed() ? "a=inactive\r\n" : "");
    }

    private void alarm(final int kind, final long timeNs) {
        alarmsNs[kind] = timeNs;
        server.alarm(timeNs, this, kind);
    }

    private void cancel(final int kind) {
        alarmsNs[kind] = NO_ALARM;
    }
}
