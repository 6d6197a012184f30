package midplane.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * Calls at a rate that does not ask whether they are answered: an open loop. Each call is due at its time by the clock; if
 * the load falls behind, what the chassis would have been asked meanwhile is asked at once, and times count from when a
 * call was due, so that waiting is not hidden.
 *
 * <p>A call is INVITE, 200, ACK, a pause, BYE, 200; a BYE goes to the port in Contact. INVITE and BYE are repeated by
 * timers A and E of RFC 3261 and given up after 64·T1; a refusal is acknowledged. A caller in the mood of an attacker
 * sends nothing but INVITEs. One thread, some sockets, each bound to an address of its own.
 */
final class CallLoad implements AutoCloseable {
    private static final int SLOTS = 1 << 21;
    private static final int TAG_LENGTH_MAX = 64;
    private static final long T1_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long T2_NS = TimeUnit.SECONDS.toNanos(4);
    private static final int ATTEMPTS = 7;
    private static final int SEND_LIMIT = 64;
    private static final int RECEIVE_LIMIT = 256;
    private static final int BUFFER_LENGTH = 4 * 1024 * 1024;
    private static final int NUMBER_DIGITS = 8;
    private static final long HIGHEST_US = TimeUnit.SECONDS.toMicros(60);

    private static final byte FREE = 0;
    private static final byte INVITED = 1;
    private static final byte TALKING = 2;
    private static final byte HANGING_UP = 3;

    private static final byte[] CALL_ID = bytes("\r\nCall-ID: c");
    private static final byte[] TO_TAG = bytes(">;tag=");
    private static final byte[] TO = bytes("\r\nTo: ");
    private static final byte[] CONTACT = bytes("\r\nContact: <sip:");
    private static final byte[] CSEQ = bytes("\r\nCSeq: ");

    private final InetSocketAddress target;
    private final boolean isFlood;
    private final long holdNs;
    private final List<DatagramChannel> sockets = new ArrayList<>();
    private final List<String> hosts = new ArrayList<>();
    private final byte[] states = new byte[SLOTS];
    private final byte[] attempts = new byte[SLOTS];
    private final int[] ports = new int[SLOTS];
    private final long[] dueNs = new long[SLOTS];
    private final byte[] tags = new byte[SLOTS * TAG_LENGTH_MAX];
    private final byte[] tagLengths = new byte[SLOTS];
    private final Timers[] repeats = new Timers[ATTEMPTS];
    private final Timers holds = new Timers();
    private final ByteBuffer out = ByteBuffer.allocateDirect(4096);
    private final ByteBuffer in = ByteBuffer.allocateDirect(8192);
    private final byte[] message = new byte[8192];
    private final String run = Long.toString(System.nanoTime() & 0xFFFFFFL, 36);
    private final Histogram setupUs = new Histogram(HIGHEST_US, 3);
    private final Histogram byeUs = new Histogram(HIGHEST_US, 3);

    private int number;
    private double perNs;
    private long startNs;
    private long placedInRun;

    long placed;
    long sent;
    long answered;
    long completed;
    long refused;
    long givenUp;
    long byesGivenUp;
    long unsent;
    long heard;

    /** Times in the order in which they come due: all waits of one kind are equally long. */
    private static final class Timers {
        private long[] dueNs = new long[1024];
        private int[] calls = new int[1024];
        private int head;
        private int tail;

        void add(final long due, final int call) {
            if (tail - head == calls.length) {
                grow();
            }
            dueNs[tail & (calls.length - 1)] = due;
            calls[tail & (calls.length - 1)] = call;
            tail++;
        }

        boolean isDue(final long nowNs) {
            return head != tail && dueNs[head & (calls.length - 1)] - nowNs <= 0;
        }

        int poll() {
            return calls[head++ & (calls.length - 1)];
        }

        private void grow() {
            final long[] due = new long[2 * calls.length];
            final int[] grown = new int[2 * calls.length];
            for (int i = head; i != tail; i++) {
                due[i & (grown.length - 1)] = dueNs[i & (calls.length - 1)];
                grown[i & (grown.length - 1)] = calls[i & (calls.length - 1)];
            }
            dueNs = due;
            calls = grown;
        }
    }

    /**
     * Binds the sockets.
     *
     * @param hosts addresses of this machine to call from.
     * @param isFlood nothing but INVITEs, each once.
     */
    CallLoad(final InetSocketAddress target, final List<String> hosts, final long holdNs, final boolean isFlood)
            throws IOException {
        this.target = target;
        this.holdNs = holdNs;
        this.isFlood = isFlood;
        for (int i = 0; i < ATTEMPTS; i++) {
            repeats[i] = new Timers();
        }
        for (final String host : hosts) {
            final DatagramChannel socket = DatagramChannel.open();
            socket.configureBlocking(false);
            socket.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_LENGTH);
            socket.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER_LENGTH);
            socket.bind(new InetSocketAddress(host, 0));
            sockets.add(socket);
            this.hosts.add(host + ':' + ((InetSocketAddress) socket.getLocalAddress()).getPort());
        }
    }

    /** From now on, so many calls a second. */
    void rate(final double perSecond, final long nowNs) {
        perNs = perSecond / 1e9;
        startNs = nowNs;
        placedInRun = 0;
    }

    /** Forgets what was counted, not the calls that are up. */
    void resetCounts() {
        placed = 0;
        sent = 0;
        answered = 0;
        completed = 0;
        refused = 0;
        givenUp = 0;
        byesGivenUp = 0;
        unsent = 0;
        heard = 0;
        setupUs.reset();
        byeUs.reset();
    }

    Histogram setupUs() {
        return setupUs;
    }

    Histogram byeUs() {
        return byeUs;
    }

    /** Does what is due, a bounded part of it; returns how much that was. */
    int work(final long nowNs) throws IOException {
        int work = receive(nowNs);
        final long due = (long) ((nowNs - startNs) * perNs);
        for (int i = 0; i < SEND_LIMIT && placedInRun < due; i++) {
            place(startNs + (long) (placedInRun / perNs), nowNs);
            placedInRun++;
            work++;
        }
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            while (repeats[attempt].isDue(nowNs)) {
                repeat(repeats[attempt].poll(), attempt, nowNs);
                work++;
            }
        }
        while (holds.isDue(nowNs)) {
            final int call = holds.poll();
            if (states[call & (SLOTS - 1)] == TALKING) {
                states[call & (SLOTS - 1)] = HANGING_UP;
                attempts[call & (SLOTS - 1)] = 0;
                dueNs[call & (SLOTS - 1)] = nowNs;
                sendInDialog(call, "BYE", 2);
                awaitNext(call, nowNs);
            }
            work++;
        }
        return work;
    }

    private void place(final long due, final long nowNs) throws IOException {
        final int call = number++;
        final int slot = call & (SLOTS - 1);
        placed++;
        states[slot] = INVITED;
        attempts[slot] = 0;
        dueNs[slot] = due;
        sendInvite(call);
        if (!isFlood) {
            awaitNext(call, nowNs);
        }
    }

    private void awaitNext(final int call, final long nowNs) {
        final int attempt = attempts[call & (SLOTS - 1)];
        final boolean isBye = states[call & (SLOTS - 1)] == HANGING_UP;
        final long waitNs = T1_NS << attempt;
        repeats[attempt].add(nowNs + (isBye ? Math.min(waitNs, Math.max(T2_NS, waitNs)) : waitNs), call);
    }

    private void repeat(final int call, final int attempt, final long nowNs) throws IOException {
        final int slot = call & (SLOTS - 1);
        final boolean isWaiting = states[slot] == INVITED || states[slot] == HANGING_UP;
        if (!isWaiting || attempts[slot] != attempt) {
            return;
        }
        if (attempt == ATTEMPTS - 1) {
            givenUp += states[slot] == INVITED ? 1 : 0;
            byesGivenUp += states[slot] == HANGING_UP ? 1 : 0;
            states[slot] = FREE;
            return;
        }
        attempts[slot]++;
        if (states[slot] == INVITED) {
            sendInvite(call);
        } else {
            sendInDialog(call, "BYE", 2);
        }
        awaitNext(call, nowNs);
    }

    // ---- what is sent

    private void sendInvite(final int call) throws IOException {
        final String host = host(call);
        final String body = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 " + host.substring(0, host.indexOf(':'))
                + "\r\nt=0 0\r\nm=audio 9 RTP/AVP 0\r\n";
        send(
                call,
                target,
                head(call, "INVITE", 1, "i", "")
                        + "Contact: <sip:load@" + host + ">\r\nContent-Type: application/sdp\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body);
    }

    private void sendInDialog(final int call, final String method, final int cseq) throws IOException {
        final int slot = call & (SLOTS - 1);
        final String tag = new String(tags, slot * TAG_LENGTH_MAX, tagLengths[slot], StandardCharsets.US_ASCII);
        send(
                call,
                new InetSocketAddress(target.getAddress(), ports[slot]),
                head(call, method, cseq, method, ";tag=" + tag) + "Content-Length: 0\r\n\r\n");
    }

    private String head(final int call, final String method, final int cseq, final String branch, final String toTag) {
        final String id = String.format("%0" + NUMBER_DIGITS + "x", call);
        return method + " sip:echo@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP " + host(call) + ";rport;branch=z9hG4bK" + run
                + branch + id + "\r\nMax-Forwards: 70\r\nFrom: <sip:load@127.0.0.1>;tag=f" + id
                + "\r\nTo: <sip:echo@127.0.0.1>" + toTag + "\r\nCall-ID: c" + id + run + "\r\nCSeq: " + cseq + ' '
                + method + "\r\n";
    }

    private String host(final int call) {
        return hosts.get((call & Integer.MAX_VALUE) % hosts.size());
    }

    private void send(final int call, final InetSocketAddress where, final String text) throws IOException {
        out.clear();
        out.put(text.getBytes(StandardCharsets.US_ASCII)).flip();
        sent++;
        final DatagramChannel socket = sockets.get((call & Integer.MAX_VALUE) % sockets.size());
        if (socket.send(out, where) == 0) {
            unsent++;
        }
    }

    // ---- what is heard

    private int receive(final long nowNs) throws IOException {
        int received = 0;
        for (final DatagramChannel socket : sockets) {
            for (int i = 0; i < RECEIVE_LIMIT; i++) {
                in.clear();
                final InetSocketAddress source = (InetSocketAddress) socket.receive(in);
                if (source == null) {
                    break;
                }
                in.flip();
                final int length = Math.min(in.remaining(), message.length);
                in.get(message, 0, length);
                received++;
                heard++;
                if (!isFlood) {
                    onMessage(length, nowNs);
                }
            }
        }
        return received;
    }

    private void onMessage(final int length, final long nowNs) throws IOException {
        final int callId = find(CALL_ID, 0, length);
        final int cseq = find(CSEQ, 0, length);
        if (length < 12 || message[0] != 'S' || callId < 0 || cseq < 0) {
            return;
        }
        final int call = hex(callId);
        final int slot = call & (SLOTS - 1);
        final int status = (message[8] - '0') * 100 + (message[9] - '0') * 10 + message[10] - '0';
        final boolean isInvite = message[cseq] == '1';
        if (status < 200) {
            return;
        }
        if (!isInvite) {
            if (states[slot] == HANGING_UP) {
                states[slot] = FREE;
                byeUs.recordValue(Math.min(HIGHEST_US, (nowNs - dueNs[slot]) / 1000));
                completed += status == 200 ? 1 : 0;
                byesGivenUp += status == 200 ? 0 : 1;
            }
            return;
        }
        if (status == 200) {
            onOk(call, slot, length, nowNs);
        } else {
            refused += states[slot] == INVITED ? 1 : 0;
            states[slot] = FREE;
            final String tag = tag(length);
            send(call, target, head(call, "ACK", 1, "i", ";tag=" + tag) + "Content-Length: 0\r\n\r\n");
        }
    }

    private void onOk(final int call, final int slot, final int length, final long nowNs) throws IOException {
        if (states[slot] == INVITED) {
            states[slot] = TALKING;
            answered++;
            setupUs.recordValue(Math.min(HIGHEST_US, Math.max(0, (nowNs - dueNs[slot]) / 1000)));
            final byte[] tag = bytes(tag(length));
            tagLengths[slot] = (byte) Math.min(tag.length, TAG_LENGTH_MAX);
            System.arraycopy(tag, 0, tags, slot * TAG_LENGTH_MAX, tagLengths[slot]);
            ports[slot] = contactPort(length);
            holds.add(nowNs + holdNs, call);
        }
        if (states[slot] != FREE) {
            sendInDialog(call, "ACK", 1);
        }
    }

    private String tag(final int length) {
        final int to = find(TO, 0, length);
        final int start = to < 0 ? -1 : find(TO_TAG, to, length);
        if (start < 0) {
            return "";
        }
        int end = start;
        while (end < length && message[end] != '\r' && message[end] != ';') {
            end++;
        }
        return new String(message, start, end - start, StandardCharsets.US_ASCII);
    }

    private int contactPort(final int length) {
        int at = find(CONTACT, 0, length);
        if (at < 0) {
            return target.getPort();
        }
        while (at < length && message[at] != ':' && message[at] != '>') {
            at++;
        }
        int port = 0;
        for (at++; at < length && message[at] >= '0' && message[at] <= '9'; at++) {
            port = port * 10 + message[at] - '0';
        }
        return port == 0 ? target.getPort() : port;
    }

    /** Where the text ends that was looked for; -1 when it is not there. */
    private int find(final byte[] text, final int from, final int length) {
        for (int i = from; i <= length - text.length; i++) {
            int j = 0;
            while (j < text.length && message[i + j] == text[j]) {
                j++;
            }
            if (j == text.length) {
                return i + j;
            }
        }
        return -1;
    }

    private int hex(final int from) {
        int value = 0;
        for (int i = from; i < from + NUMBER_DIGITS; i++) {
            value = value << 4 | (Character.digit(message[i], 16) & 15);
        }
        return value;
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        for (final DatagramChannel socket : sockets) {
            socket.close();
        }
    }
}
