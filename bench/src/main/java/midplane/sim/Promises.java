package midplane.sim;

import midplane.sim.CallRecord.WireTransaction;
import org.agrona.collections.Int2ObjectHashMap;

/** What the chassis must have done by a certain time: an answer, a repeat, an end. */
final class Promises implements Alarmed {
    /** What is due. */
    enum Due {
        ANSWER,
        RESPONSE_REPEAT,
        BYE_REPEAT,
        END_WITHOUT_ACK,
        SESSION_END,
        REPLACED
    }

    private record Promise(CallRecord record, WireTransaction transaction, Due due, int timed) {}

    private final EventQueue<Alarmed> alarms;
    private final Watch watch;
    private final Int2ObjectHashMap<Promise> promises = new Int2ObjectHashMap<>();
    private int nextNumber;

    Promises(final EventQueue<Alarmed> alarms, final Watch watch) {
        this.alarms = alarms;
        this.watch = watch;
    }

    /** Looks at that time whether it was kept. */
    void add(final Due due, final CallRecord record, final WireTransaction transaction, final long timeNs) {
        final int number = nextNumber++;
        promises.put(number, new Promise(record, transaction, due, transaction.timed));
        alarms.add(timeNs, this, number);
    }

    @Override
    public void onAlarm(final int argument, final long nowNs) {
        final Promise promise = promises.remove(argument);
        assert promise != null : "each promise has one alarm";
        final CallRecord record = promise.record();
        final WireTransaction transaction = promise.transaction();
        final boolean isRepeated = transaction.timed > promise.timed();
        final boolean isTimedOut = nowNs - transaction.firstFinalNs >= Watch.TIMEOUT_NS;
        switch (promise.due()) {
            case ANSWER ->
                watch.require(transaction.status >= 200, record, transaction.method + " arrived and was not answered");
            case RESPONSE_REPEAT ->
                watch.require(
                        isRepeated || isTimedOut || record.isSettled(transaction),
                        record,
                        "a final response without ACK was not repeated");
            case BYE_REPEAT ->
                watch.require(
                        isRepeated || isTimedOut || record.isChassisByeAnswered,
                        record,
                        "BYE was not answered and not repeated");
            case SESSION_END ->
                watch.require(
                        !RefreshJudge.isOverdue(record, nowNs),
                        record,
                        "a session that nobody refreshed was not ended");
            case REPLACED ->
                watch.require(
                        !record.hasAckArrived || record.isEnded(), record, "a call that was replaced was not ended");
            case END_WITHOUT_ACK ->
                watch.require(
                        record.isSettled(transaction),
                        record,
                        "no ACK came within 64·T1, and the session was not ended");
        }
    }
}
