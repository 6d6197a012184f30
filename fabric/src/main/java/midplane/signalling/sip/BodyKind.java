package midplane.signalling.sip;

import java.util.List;
import midplane.signalling.SizeSource;
import midplane.signalling.Slice;
import org.jspecify.annotations.Nullable;

/** What a body, or a part of one, is: by its Content-Type, unless it is coded in a way nobody here can read. */
public enum BodyKind {
    /** A session description. */
    DESCRIPTION(null, SipCapabilities.DESCRIPTION),
    /** MSCML (RFC 5022). */
    MSCML(SizeSource.MSCML, "application/mediaservercontrol+xml"),
    /** What a consumer asks an MRB for (RFC 6917). */
    MRB(SizeSource.MRB, "application/mrb-consumer+xml"),
    /** MSML (RFC 5707 §18.1), under its registered names and the one that everybody uses. */
    MSML(
            SizeSource.MSML,
            "application/msml+xml",
            "application/vnd.radisys.msml+xml",
            "application/vnd.radisys.msml-conf+xml"),
    /** Several of them. */
    PARTS(null),
    /** Anything else. */
    OTHER(null);

    private static final String MULTIPART = "multipart/";
    private static final String APPLICATION = "application/";
    private static final BodyKind[] NAMED = {DESCRIPTION, MSCML, MRB, MSML};

    private final @Nullable SizeSource reserves;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> types;

    BodyKind(final @Nullable SizeSource reserves, final String... types) {
        this.reserves = reserves;
        this.types = List.of(types);
    }

    /** What it is whose headers have these values; one that is empty was not there. */
    public static BodyKind of(final Slice type, final Slice encoding) {
        if (!encoding.isEmpty() && !encoding.equalsIgnoreCase("identity")) {
            return OTHER;
        }
        final int length = lengthWithoutParameters(type);
        if (length > APPLICATION.length() && isType(type, APPLICATION.length(), APPLICATION)) {
            return ofApplication(type, length);
        }
        return length > MULTIPART.length() && isType(type, MULTIPART.length(), MULTIPART) ? PARTS : OTHER;
    }

    /** As which source of a size it counts; null when it is none that reserves anything. */
    public @Nullable SizeSource reserves() {
        return reserves;
    }

    private static BodyKind ofApplication(final Slice type, final int length) {
        for (final BodyKind kind : NAMED) {
            for (int i = 0; i < kind.types.size(); i++) {
                if (isType(type, length, kind.types.get(i))) {
                    return kind;
                }
            }
        }
        return OTHER;
    }

    private static boolean isType(final Slice type, final int length, final String wanted) {
        return Grammar.equalsIgnoreCase(type.buffer(), type.offset(), length, wanted);
    }

    private static int lengthWithoutParameters(final Slice type) {
        int length = 0;
        while (length < type.length() && type.byteAt(length) != ';') {
            length++;
        }
        while (length > 0 && Grammar.isLws(type.byteAt(length - 1))) {
            length--;
        }
        return length;
    }
}
