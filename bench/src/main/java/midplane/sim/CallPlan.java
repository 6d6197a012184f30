package midplane.sim;

/**
 * What an application server means to do with one call. Times count from the moment the previous step was done; a
 * negative one means never.
 *
 * @param kind what is asked for.
 * @param rport whether the client asks for symmetric response routing (RFC 3581).
 * @param fromElsewhere whether it sends from another port than its Via names.
 * @param namedVia whether its Via holds a name, so that {@code received} must be added.
 * @param followsContact whether ACK and BYE go to the Contact; else to the well-known port, as sipp's own scenarios do.
 * @param compact whether header names are written in their short forms.
 * @param delayedOffer whether the INVITE has no SDP.
 * @param recordRouted whether a proxy of the server's own, at the same address, stays in the way back.
 * @param cancelNs after the first provisional response.
 * @param mergeNs after the first response: the same INVITE by another way, with another branch.
 * @param ackNs after the first 200; negative: the 200 is never acknowledged.
 * @param secondAckNs after the first ACK: a late copy of it.
 * @param queryNs after the ACK: a request within the dialog.
 * @param query the method of that request; INVITE and UPDATE describe the session as before.
 * @param hangUpNs after the ACK: BYE; negative: the chassis has to end the call.
 * @param dieNs after the INVITE: the server answers nothing any more.
 * @param repeats of the prompt.
 * @param pauseNs between repeats.
 * @param durationNs of the announcement at most; negative: no limit.
 * @param timer who is to refresh the session, and whether it does; such a call is on hold from the first.
 */
record CallPlan(
        Kind kind,
        boolean rport,
        boolean fromElsewhere,
        boolean namedVia,
        boolean followsContact,
        boolean compact,
        boolean delayedOffer,
        boolean recordRouted,
        long cancelNs,
        long mergeNs,
        long ackNs,
        long secondAckNs,
        long queryNs,
        String query,
        long hangUpNs,
        long dieNs,
        int repeats,
        long pauseNs,
        long durationNs,
        Timer timer) {
    static final long NEVER = -1;

    private static final long MS = 1_000_000L;

    /** What the first message asks for, and how it must be answered when nothing comes between. */
    enum Kind {
        ANNOUNCEMENT("INVITE", 200),
        ECHO("INVITE", 200),
        CONFERENCE("INVITE", 200),
        UNKNOWN_SERVICE("INVITE", 488),
        WITHOUT_PLAY("INVITE", 400),
        UNKNOWN_PROMPT("INVITE", 404),
        NO_CODEC_IN_COMMON("INVITE", 488),
        UNKNOWN_EXTENSION("INVITE", 420),
        CAPABILITIES("OPTIONS", 200),
        REGISTRATION("REGISTER", 405),
        INFO_WITHOUT_DIALOG("INFO", 481),
        BYE_TO_NOBODY("BYE", 481),
        UNKNOWN_METHOD("FROBNICATE", 501);

        private final String method;
        private final int status;

        Kind(final String method, final int status) {
            this.method = method;
            this.status = status;
        }

        String method() {
            return method;
        }

        int status() {
            return status;
        }

        boolean isSession() {
            return this == ANNOUNCEMENT || this == ECHO || this == CONFERENCE;
        }
    }

    /** Session timers (RFC 4028), as the client asks for them. */
    enum Timer {
        NONE(""),
        /** The client refreshes in time. */
        CLIENT("uac"),
        /** The client should refresh and does not. */
        FORGOTTEN("uac"),
        /** The chassis refreshes, by UPDATE. */
        CHASSIS("uas"),
        /** The chassis refreshes, and must do so by a re-INVITE. */
        CHASSIS_BY_INVITE("uas");

        private final String refresher;

        Timer(final String refresher) {
            this.refresher = refresher;
        }

        String refresher() {
            return refresher;
        }

        boolean isOfChassis() {
            return this == CHASSIS || this == CHASSIS_BY_INVITE;
        }
    }

    private static final Timer[] TIMERS = {Timer.CLIENT, Timer.FORGOTTEN, Timer.CHASSIS, Timer.CHASSIS_BY_INVITE};

    private static final String[] QUERIES = {"INVITE", "UPDATE", "OPTIONS", "INFO"};

    private static final Kind[] OTHER_KINDS = {
        Kind.UNKNOWN_SERVICE,
        Kind.WITHOUT_PLAY,
        Kind.UNKNOWN_PROMPT,
        Kind.NO_CODEC_IN_COMMON,
        Kind.UNKNOWN_EXTENSION,
        Kind.CAPABILITIES,
        Kind.REGISTRATION,
        Kind.INFO_WITHOUT_DIALOG,
        Kind.BYE_TO_NOBODY,
        Kind.UNKNOWN_METHOD
    };

    /** A call without surprises: the prompt is heard to its end, and the chassis hangs up. */
    static CallPlan announcement() {
        return plain(Kind.ANNOUNCEMENT, NEVER);
    }

    /** A call without surprises that the server ends. */
    static CallPlan echo(final long hangUpNs) {
        return plain(Kind.ECHO, hangUpNs);
    }

    /** A leg of a conference, for a while. */
    static CallPlan conference(final long hangUpNs) {
        return plain(Kind.CONFERENCE, hangUpNs);
    }

    static CallPlan plain(final Kind kind, final long hangUpNs) {
        return new CallPlan(
                kind,
                true,
                false,
                false,
                true,
                false,
                false,
                false,
                NEVER,
                NEVER,
                0,
                NEVER,
                NEVER,
                "OPTIONS",
                hangUpNs,
                NEVER,
                1,
                0,
                NEVER,
                Timer.NONE);
    }

    /** A session of 90 seconds that is refreshed, or not. */
    static CallPlan timed(final Timer timer, final long hangUpNs) {
        return new CallPlan(
                Kind.ECHO, true, false, false, true, false, false, false, NEVER, NEVER, 0, NEVER, NEVER, "UPDATE",
                hangUpNs, NEVER, 1, 0, NEVER, timer);
    }

    boolean isTimed() {
        return timer != Timer.NONE;
    }

    /** A call that takes this one's place: it hears the same from the beginning. */
    CallPlan replacement() {
        return new CallPlan(
                kind,
                true,
                false,
                false,
                true,
                false,
                false,
                false,
                NEVER,
                NEVER,
                0,
                NEVER,
                NEVER,
                "OPTIONS",
                kind == Kind.ECHO ? 1000 * MS : NEVER,
                NEVER,
                repeats,
                pauseNs,
                durationNs,
                Timer.NONE);
    }

    /** The same, but the server falls silent. */
    CallPlan dyingAfter(final long dieNs) {
        return new CallPlan(
                kind,
                rport,
                fromElsewhere,
                namedVia,
                followsContact,
                compact,
                delayedOffer,
                recordRouted,
                cancelNs,
                mergeNs,
                ackNs,
                secondAckNs,
                queryNs,
                query,
                hangUpNs,
                dieNs,
                repeats,
                pauseNs,
                durationNs,
                timer);
    }

    /** The same, but the 200 is acknowledged later, or never. */
    CallPlan acknowledgedAfter(final long ackNs) {
        return new CallPlan(
                kind,
                rport,
                fromElsewhere,
                namedVia,
                followsContact,
                compact,
                delayedOffer,
                recordRouted,
                cancelNs,
                mergeNs,
                ackNs,
                secondAckNs,
                queryNs,
                query,
                hangUpNs,
                dieNs,
                repeats,
                pauseNs,
                durationNs,
                timer);
    }

    /**
     * Whatever the dice say.
     *
     * @param conferences how many calls of a hundred are legs of conferences.
     */
    static CallPlan draw(final Chance chance, final int conferences) {
        if (chance.inPercent(2)) {
            return drawTimed(chance);
        }
        final int die = chance.nextInt(100);
        final Kind kind = conferences > 0 && chance.inPercent(conferences)
                ? Kind.CONFERENCE
                : die < 65 ? Kind.ANNOUNCEMENT : die < 80 ? Kind.ECHO : OTHER_KINDS[chance.nextInt(OTHER_KINDS.length)];
        final boolean isSession = kind.isSession();
        final boolean acknowledges = !isSession || !chance.inPercent(3);
        return new CallPlan(
                kind,
                chance.inPercent(60),
                chance.inPercent(20),
                chance.inPercent(30),
                chance.inPercent(80),
                chance.inPercent(15),
                isSession && chance.inPercent(10),
                chance.inPercent(10),
                kind.method().equals("INVITE") && chance.inPercent(12) ? chance.betweenNs(0, 300 * MS) : NEVER,
                isSession && chance.inPercent(8) ? chance.betweenNs(0, 1000 * MS) : NEVER,
                !acknowledges ? NEVER : chance.inPercent(10) ? chance.betweenNs(0, 6000 * MS) : 0,
                chance.inPercent(10) ? chance.betweenNs(0, 3000 * MS) : NEVER,
                chance.inPercent(20) ? chance.betweenNs(0, 500 * MS) : NEVER,
                QUERIES[chance.nextInt(QUERIES.length)],
                chance.inPercent(kind == Kind.ECHO || kind == Kind.CONFERENCE ? 96 : 50)
                        ? chance.betweenNs(0, 4000 * MS)
                        : NEVER,
                chance.inPercent(6) ? isSession ? chance.betweenNs(0, 3000 * MS) : 0 : NEVER,
                1 + (chance.inPercent(25) ? chance.nextInt(3) : 0),
                chance.inPercent(30) ? 10 * MS * chance.nextInt(40) : 0,
                chance.inPercent(15) ? 100 * MS * (1 + chance.nextInt(20)) : NEVER,
                Timer.NONE);
    }

    private static CallPlan drawTimed(final Chance chance) {
        return new CallPlan(
                Kind.ECHO,
                chance.inPercent(60),
                chance.inPercent(20),
                false,
                chance.inPercent(80),
                chance.inPercent(15),
                false,
                chance.inPercent(10),
                NEVER,
                NEVER,
                0,
                NEVER,
                NEVER,
                "UPDATE",
                chance.betweenNs(30_000 * MS, 300_000 * MS),
                chance.inPercent(10) ? chance.betweenNs(0, 100_000 * MS) : NEVER,
                1,
                0,
                NEVER,
                TIMERS[chance.nextInt(TIMERS.length)]);
    }
}
