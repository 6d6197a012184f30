package midplane.blade.sip;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import midplane.blade.media.Announcement;
import midplane.blade.media.Echo;
import midplane.blade.media.MediaService;
import midplane.shelf.PromptStore;
import midplane.signalling.Slice;
import midplane.signalling.sip.ConferenceName;
import midplane.signalling.sip.SipUri;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/**
 * From a Request-URI to the service it asks for (RFC 4240 §2, §3, §5): the user part names the service, letters of either case
 * being equal; parameters say what exactly. Asked once a call.
 */
final class ServiceCatalog {
    sealed interface Choice permits Granted, Joined, Refused {}

    record Granted(MediaService service) implements Choice {}

    /** A conference, by its name (RFC 4240 §5): {@link #conferenceName}. */
    enum Joined implements Choice {
        JOINED
    }

    /**
     * Why there is no such service.
     *
     * @param warning text for people, for a Warning header; null for none.
     */
    record Refused(int statusCode, String reason, @Nullable String warning) implements Choice {
        Refused(final int statusCode, final String reason) {
            this(statusCode, reason, null);
        }
    }

    /** The longest user part or value of {@code play} that is looked at. */
    static final int TEXT_LENGTH_MAX = 1024;

    private static final int FOREVER = 0;
    private static final Refused NO_SUCH_SERVICE = new Refused(488, "Not Acceptable Here");
    private static final Refused NO_PLAY = new Refused(400, "Mandatory play parameter missing");
    private static final Refused BAD_PLAY = new Refused(400, "Malformed play parameter");
    private static final Refused BAD_REPEAT = new Refused(400, "Malformed repeat parameter");
    private static final Refused BAD_DELAY = new Refused(400, "Malformed delay parameter");
    private static final Refused BAD_DURATION = new Refused(400, "Malformed duration parameter");
    private static final Refused NOT_FOUND = new Refused(404, "Announcement content not found");
    private static final Refused FORBIDDEN = new Refused(403, "Announcement content is not for you");

    private static final long ABSENT = -1;
    private static final long MALFORMED = -2;

    private static final Refused NO_CONFERENCE = new Refused(404, "Conference Not Named");
    private static final Refused LONG_CONFERENCE = new Refused(414, "Request-URI Too Long");

    private final PromptStore prompts;
    private final UnsafeBuffer text = new UnsafeBuffer(new byte[TEXT_LENGTH_MAX]);
    private final Slice value = new Slice();
    private final ConferenceName conferenceName = new ConferenceName();

    ServiceCatalog(final PromptStore prompts) {
        this.prompts = prompts;
    }

    Choice choose(final SipUri uri) {
        if (isUser(uri, "annc")) {
            return announcement(uri);
        }
        if (isUser(uri, "echo")) {
            return new Granted(new Echo());
        }
        return switch (conferenceName.read(uri.user())) {
            case NAMED -> Joined.JOINED;
            case MISSING -> NO_CONFERENCE;
            case TOO_LONG -> LONG_CONFERENCE;
            case NONE -> NO_SUCH_SERVICE;
        };
    }

    /** What to call the conference, after {@link Joined}; until the next choice. */
    Slice conferenceName() {
        return conferenceName.name();
    }

    private Choice announcement(final SipUri uri) {
        if (!uri.param("play", value) || value.isEmpty()) {
            return NO_PLAY;
        }
        final String play = unescaped(value);
        if (play == null) {
            return BAD_PLAY;
        }
        final boolean isForever = uri.param("repeat", value) && value.equalsIgnoreCase("forever");
        final long repeats = isForever ? FOREVER : number(uri, "repeat");
        if (repeats == MALFORMED) {
            return BAD_REPEAT;
        }
        final long delayMs = number(uri, "delay");
        if (delayMs == MALFORMED) {
            return BAD_DELAY;
        }
        final long durationMs = number(uri, "duration");
        if (durationMs == MALFORMED) {
            return BAD_DURATION;
        }
        final PromptStore.Lookup found = prompts.find(play);
        if (found instanceof PromptStore.Found prompt) {
            // Asked to repeat no times it is still played: nothing at all is not an announcement.
            return new Granted(new Announcement(
                    prompt.prompt(),
                    isForever ? FOREVER : (int) Math.max(1, repeats),
                    TimeUnit.MILLISECONDS.toNanos(Math.max(0, delayMs)),
                    durationMs == ABSENT ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(durationMs)));
        }
        if (found instanceof PromptStore.Broken broken) {
            return new Refused(400, "Announcement content could not be retrieved", broken.reason());
        }
        return found == PromptStore.Forbidden.FORBIDDEN ? FORBIDDEN : NOT_FOUND;
    }

    private boolean isUser(final SipUri uri, final String name) {
        final Slice user = uri.user();
        if (user.length() > TEXT_LENGTH_MAX) {
            return false;
        }
        final int length = SipUri.unescape(user, text, 0);
        return length == name.length() && value.wrap(text, 0, length).equalsIgnoreCase(name);
    }

    private @Nullable String unescaped(final Slice escaped) {
        if (escaped.length() > TEXT_LENGTH_MAX) {
            return null;
        }
        final int length = SipUri.unescape(escaped, text, 0);
        if (length < 0) {
            return null;
        }
        final byte[] bytes = new byte[length];
        text.getBytes(0, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** A number of decimal digits; as good as endless above the largest int. */
    private long number(final SipUri uri, final String name) {
        if (!uri.param(name, value)) {
            return ABSENT;
        }
        long number = value.isEmpty() ? MALFORMED : 0;
        for (int i = 0; i < value.length(); i++) {
            final byte digit = value.byteAt(i);
            if (digit < '0' || digit > '9') {
                return MALFORMED;
            }
            number = Math.min(number * 10 + (digit - '0'), Integer.MAX_VALUE);
        }
        return number;
    }
}
