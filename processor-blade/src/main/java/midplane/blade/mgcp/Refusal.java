package midplane.blade.mgcp;

/** Why a command is not executed: a return code of RFC 3435 §2.4 and words that name the fault. Has no stack trace. */
final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    private final int code;

    Refusal(final int code, final String commentary) {
        super(commentary, null, false, false);
        this.code = code;
    }

    int code() {
        return code;
    }

    String commentary() {
        final String message = getMessage();
        return message == null ? "" : message;
    }
}
