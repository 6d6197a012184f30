package midplane.sim;

import java.util.List;

/**
 * A bug to be planted.
 *
 * @param name what goes wrong, in a few words.
 * @param file below the top of the project.
 * @param find text of the source that occurs exactly once; a blank stands for blanks and line ends of any length.
 * @param replacement what is there instead.
 */
record Mutant(String name, String file, String find, String replacement) {
    private static final String BLADE = "processor-blade/src/main/java/midplane/blade/";
    private static final String DISPATCHER = "dispatcher/src/main/java/midplane/dispatcher/";
    private static final String CHASSIS = "dispatcher/src/main/java/midplane/chassis/";
    private static final String FABRIC = "fabric/src/main/java/midplane/";

    /** All bugs; each is found by the simulation. */
    static List<Mutant> all() {
        return List.of(
                // ---- the dispatcher
                new Mutant(
                        "an entry of the dispatch table is lost",
                        DISPATCHER + "Dispatcher.java",
                        "table.assign(placed, slot, sequence);",
                        "table.assign(placed, slot, sequence); if ((sequence & 7) == 0) { table.remove(placed); }"),
                new Mutant(
                        "an entry of the dispatch table lives 5 s instead of 64·T1",
                        CHASSIS + "ChassisContext.java",
                        "transactionTimeoutNs + values.durationNs(ChassisProperty.SIP_T4),",
                        "values.durationNs(ChassisProperty.SIP_T4),"),
                new Mutant(
                        "a frame is sent to two blades",
                        DISPATCHER + "Dispatcher.java",
                        "table.assign(placed, slot, sequence);",
                        "table.assign(placed, slot, sequence); forward(FrameType.INITIAL, message, placedUri,"
                                + " placedSource, placedArrivalNs, (slot + 1) % slots, placed, sequence);"),
                new Mutant(
                        "a stray is routed to the wrong slot",
                        DISPATCHER + "Dispatcher.java",
                        "final int slot = triage.owner();",
                        "final int slot = (triage.owner() + 1) % slots;"),
                new Mutant(
                        "a repeated INVITE is taken for a new one",
                        DISPATCHER + "Dispatcher.java",
                        "final int known = table.find(key);",
                        "final int known = DispatchTable.NO_ENTRY;"),
                new Mutant(
                        "the settled notice is ignored",
                        DISPATCHER + "Dispatcher.java",
                        "} else if (table.settle(",
                        "} else if (nowNs < 0 && table.settle("),
                new Mutant(
                        "a refusal of the chassis gets another To-tag each time",
                        DISPATCHER + "Refusals.java",
                        "hash(request.topVia().branch()) + request.cseq()",
                        "hash(request.topVia().branch()) + System.nanoTime()"),
                new Mutant(
                        "a refusal of the chassis goes to the port of the Via though rport was asked for",
                        DISPATCHER + "Refusals.java",
                        "via.hasRport() ? source.port()",
                        "via.hasRport() && via.port() < 0 ? source.port()"),
                new Mutant(
                        "the port of another blade is written into the message",
                        DISPATCHER + "Dispatcher.java",
                        "stamp.stamp(message, originalUri, frame, portIds[slot], wellKnownPortId);",
                        "stamp.stamp(message, originalUri, frame, portIds[0], wellKnownPortId);"),
                new Mutant(
                        "a datagram is counted twice",
                        DISPATCHER + "Dispatcher.java",
                        "counters.forwardedInitial.incrementRelease();",
                        "counters.forwardedInitial.getAndAddRelease(2);"),
                new Mutant(
                        "a report does not cover what was booked",
                        DISPATCHER + "LoadLedger.java",
                        "outstanding[slot] -= units[index]; audit",
                        "outstanding[slot] -= units[index] - (sequence & 1); audit"),
                // ---- conferences
                new Mutant(
                        "a leg goes to another blade than its conference",
                        DISPATCHER + "Dispatcher.java",
                        "final int slot = placeOn(conferences.slot(placedConference), 0,",
                        "final int slot = placeOn((conferences.slot(placedConference) + (int) (nowNs >>> 20 & 1)) % slots, 0,"),
                new Mutant(
                        "an entry is given up though its conference lives",
                        BLADE + "ConferenceEntries.java",
                        "if (held[entry] == 0) { owe(entry);",
                        "if (held[entry] >= 0) { held[entry] = 0; owe(entry);"),
                new Mutant(
                        "names of conferences are told apart by case",
                        FABRIC + "signalling/sip/ConferenceName.java",
                        "(byte) Grammar.lower(bytes.getByte(i))",
                        "bytes.getByte(i)"),
                // ---- answers
                new Mutant(
                        "received is missing",
                        FABRIC + "signalling/sip/SipResponseWriter.java",
                        "if (received.isEmpty() && (via.hasRport() || !isSentBy(via.host(), source))) {",
                        "if (received.isEmpty() && source.port() == 0) {"),
                new Mutant(
                        "an answer goes to the port of the Via though rport was asked for",
                        BLADE + "sip/Arrival.java",
                        "final int port = hasRport ? source.port()",
                        "final int port = hasRport && via.port() < 0 ? source.port()"),
                new Mutant(
                        "an answer leaves by the wrong socket",
                        BLADE + "sip/Arrival.java",
                        "case AUTO -> hasRport;",
                        "case AUTO -> !hasRport;"),
                new Mutant(
                        "the Contact names the well-known port",
                        BLADE + "sip/DialogWords.java",
                        "hostPort = settings.advertisedHost() + ':' + portId;",
                        "hostPort = settings.advertisedHost() + ':' + 5060;"),
                new Mutant(
                        "Record-Route is not copied",
                        BLADE + "sip/CallSetup.java",
                        ".begin(message, source, 200, \"OK\", text.localTag()) .recordRoutes(message)",
                        ".begin(message, source, 200, \"OK\", text.localTag())"),
                new Mutant(
                        "a merged request is accepted",
                        BLADE + "sip/SipEndpoint.java",
                        "} else if (isMerged()) { callCounters",
                        "} else if (isMerged() && nowNs < 0) { callCounters"),
                new Mutant(
                        "CANCEL is not answered",
                        BLADE + "sip/CallControl.java",
                        "responder.send(transaction, nowNs); if (dialog != null && dialog.state == Dialog.State.RINGING)",
                        "if (dialog != null && dialog.state == Dialog.State.RINGING)"),
                new Mutant(
                        "CANCEL does not end the INVITE",
                        BLADE + "sip/CallControl.java",
                        "if (dialog != null && dialog.state == Dialog.State.RINGING) { counters.cancelled",
                        "if (dialog != null && nowNs < 0) { counters.cancelled"),
                // ---- timers
                new Mutant(
                        "the repeats of a 200 do not slow down",
                        BLADE + "sip/UnacknowledgedOk.java",
                        "intervalNs = Math.min(2 * intervalNs, t2Ns);",
                        "intervalNs = Math.min(intervalNs, t2Ns);"),
                new Mutant(
                        "the repeats of a 200 slow down without end",
                        BLADE + "sip/UnacknowledgedOk.java",
                        "intervalNs = Math.min(2 * intervalNs, t2Ns);",
                        "intervalNs = 2 * intervalNs;"),
                new Mutant(
                        "the repeats of a refusal do not slow down",
                        BLADE + "sip/InviteServerTransaction.java",
                        "intervalNs = Math.min(2 * intervalNs, t2Ns);",
                        "intervalNs = Math.min(intervalNs, t2Ns);"),
                new Mutant(
                        "timer H is missing",
                        BLADE + "sip/InviteServerTransaction.java",
                        "endNs = nowNs + timeoutNs; // timer H",
                        "endNs = NO_DEADLINE; // timer H"),
                new Mutant(
                        "timer L is missing",
                        BLADE + "sip/InviteServerTransaction.java",
                        "endNs = nowNs + timeoutNs; // timer L",
                        "endNs = nowNs + 1; // timer L"),
                new Mutant(
                        "timer J is missing",
                        BLADE + "sip/NonInviteServerTransaction.java",
                        "endNs = nowNs + timeoutNs; // timer J",
                        "endNs = nowNs + 1; // timer J"),
                new Mutant(
                        "an ACK does not stop the repeats of the 200",
                        BLADE + "sip/CallControl.java",
                        "dialog.ok.finish(); acknowledge(dialog);",
                        "acknowledge(dialog);"),
                new Mutant(
                        "the ACK to a re-INVITE is taken for that to the first",
                        BLADE + "sip/UnacknowledgedOk.java",
                        "return isWaiting() && this.cseq == cseq;",
                        "return isWaiting() && cseq == 1;"),
                new Mutant(
                        "an ACK does not stop the repeats of a refusal",
                        BLADE + "sip/InviteServerTransaction.java",
                        "if (state == State.COMPLETED) {",
                        "if (state == State.COMPLETED && nowNs < 0) {"),
                new Mutant(
                        "a call without ACK is dropped without BYE",
                        BLADE + "sip/CallControl.java",
                        "ending.close(dialog, nowNs); } else { ending.hangUp(dialog, nowNs);",
                        "ending.close(dialog, nowNs); } else { ending.close(dialog, nowNs);"),
                new Mutant(
                        "BYE is not repeated",
                        BLADE + "sip/NonInviteClientTransaction.java",
                        "repeatNs = nowNs + intervalNs; // timer E",
                        "repeatNs = NO_DEADLINE; // timer E"),
                new Mutant(
                        "BYE is repeated though it was answered",
                        BLADE + "sip/NonInviteClientTransaction.java",
                        "forgetMessage(); repeatNs = NO_DEADLINE;",
                        "if (statusCode == 0) { forgetMessage(); }"),
                new Mutant(
                        "BYE goes to the source of the INVITE",
                        BLADE + "sip/DialogRequest.java",
                        "return next == null ? source : next;",
                        "return next == null ? source : source;"),
                // ---- session timers, and calls that name others
                new Mutant(
                        "a session that nobody refreshed lives to its last second",
                        BLADE + "sip/SessionTimer.java",
                        ": nowNs + intervalNs - graceNs;",
                        ": nowNs + intervalNs;"),
                new Mutant(
                        "a refresh comes late",
                        BLADE + "sip/SessionTimer.java",
                        "refreshNs = isOurs ? nowNs + intervalNs / 2 : NO_DEADLINE;",
                        "refreshNs = isOurs ? nowNs + intervalNs * 2 / 3 : NO_DEADLINE;"),
                new Mutant(
                        "the answer to a refresh is not heard",
                        BLADE + "sip/SessionRefresh.java",
                        "if (status < 300) { onRefreshed(dialog, response, nowNs);",
                        "if (status < 200) { onRefreshed(dialog, response, nowNs);"),
                new Mutant(
                        "the client is told to refresh though it asked the chassis to",
                        BLADE + "sip/SessionRefresh.java",
                        "asked.refresher() == Refresher.UAS;",
                        "asked.refresher() == Refresher.UNSAID;"),
                new Mutant(
                        "the ACK to a refused re-INVITE is a transaction of its own",
                        BLADE + "sip/DialogRequest.java",
                        "final boolean isAnother = response.statusCode() < 300;",
                        "final boolean isAnother = response.statusCode() < 700;"),
                new Mutant(
                        "a call that was replaced goes on",
                        BLADE + "sip/CallSetup.java",
                        "counters.callsReplaced.incrementRelease(); ending.hangUp(replaced, nowNs);",
                        "counters.callsReplaced.incrementRelease();"),
                new Mutant(
                        "an INVITE that names a dialog goes to whatever blade",
                        DISPATCHER + "Dispatcher.java",
                        "return named >= 0 && named < slots && triage.namedEpoch() == epochs[named] ? named",
                        "return named >= slots && triage.namedEpoch() == epochs[named] ? named"),
                // ---- books
                new Mutant(
                        "a session's units are never given back",
                        BLADE + "sip/CallEnding.java",
                        "giveBack(media, units); media.close(nowNs);",
                        "media.close(nowNs);"),
                new Mutant(
                        "the last dispatch seen is not reported",
                        BLADE + "ProcessorBlade.java",
                        ".lastDispatch(lastDispatch)",
                        ".lastDispatch(lastDispatch - 1)"),
                new Mutant(
                        "the counter of sessions is not decremented",
                        BLADE + "sip/DialogTable.java",
                        "closed.incrementRelease(); open.setRelease(size());",
                        "closed.incrementRelease();"),
                new Mutant(
                        "the settled notice is never sent",
                        BLADE + "sip/Responder.java",
                        "settlement.onResponse(statusCode >= 200,",
                        "settlement.onResponse(statusCode >= 700,"),
                new Mutant("RTP ports are leaked", BLADE + "media/MediaPlane.java", "ports.restore(pair);", ""),
                new Mutant(
                        "RTP ports are lent again at once",
                        FABRIC + "net/PortPairPool.java",
                        "while (unused < pairs.length && bindAttempts < BIND_ATTEMPTS_MAX) {",
                        "while (resting.isEmpty() && unused < pairs.length && bindAttempts < BIND_ATTEMPTS_MAX) {"),
                new Mutant(
                        "two calls share an RTP port",
                        FABRIC + "net/PortPairPool.java",
                        "lent[index] = false; resting.offerInt(index);",
                        "lent[index] = false; resting.offerInt(index); resting.offerInt(index);"),
                // ---- media
                new Mutant(
                        "RTP is sent before the ACK",
                        BLADE + "sip/CallSetup.java",
                        "OfferAnswer.connect(dialog, agreed); } final DialogText text",
                        "OfferAnswer.connect(dialog, agreed); dialog.media().start(nowNs); } final DialogText text"),
                new Mutant(
                        "the RTP timestamp moves by half a frame",
                        BLADE + "media/RtpStream.java",
                        "nextTimestamp = timestamp + samples;",
                        "nextTimestamp = timestamp + samples / 2;"),
                new Mutant(
                        "the RTP sequence number starts over too early",
                        BLADE + "media/RtpStream.java",
                        "sequence = (sequence + 1) & 0xFFFF; nextTimestamp",
                        "sequence = (sequence + 1) & 0x0FFF; nextTimestamp"),
                new Mutant(
                        "media goes on after our BYE",
                        BLADE + "sip/CallEnding.java",
                        "closeMedia(dialog, nowNs); dialog.ok.finish();",
                        "dialog.ok.finish();"),
                new Mutant(
                        "media goes on after the caller's BYE",
                        BLADE + "sip/CallEnding.java",
                        "closeMedia(dialog, nowNs); dialogs.close(dialog);",
                        "dialogs.close(dialog);"),
                new Mutant(
                        "an announcement ends one repeat early",
                        BLADE + "media/AnnouncementPlayer.java",
                        "playsLeft = Math.max(0, repeats - 1);",
                        "playsLeft = Math.max(0, repeats - 2);"),
                new Mutant(
                        "a frame of the prompt is skipped",
                        BLADE + "media/AnnouncementPlayer.java",
                        "position += length;",
                        "position += position == 1600 ? 2 * length : length;"));
    }
}
