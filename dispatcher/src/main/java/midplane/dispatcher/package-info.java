/**
 * The dispatcher blade: hears initial messages on the well-known port and hands each to one processor blade.
 *
 * <pre>
 *   well-known port -&gt; Triage -&gt; DispatchTable -&gt; Placement -&gt; Downlink.claim -&gt; PortStamp -&gt; commit
 *                        |           (repeat)       (new dialog)       (full: next)
 *                        +-&gt; Refusals: what the chassis answers itself
 * </pre>
 *
 * <p>{@link midplane.dispatcher.Dispatcher} is the duty cycle: uplinks first, so that the ledger is fresh, then the well-known port, then
 * what has expired. It touches each dialog once; repeats, CANCEL, the ACK of a refusal and clients that ignore Contact
 * are the few strays it sees again, and it finds their blade by the name in the tag or by the table.
 *
 * <p>Before the well-known port stands an {@link midplane.admission.Intake}: strangers hear nothing, and under overload new calls wait while
 * what belongs to admitted ones is served. An eighth of each ring is kept for the latter; a full table forgets the dialog
 * settled longest ago rather than refuse a new one, since a flood would have it remember everything.
 *
 * <p>The dispatcher is the front half of the user agent server, not a proxy: it adds no Via and no Record-Route and
 * leaves Max-Forwards alone (RFC 3261 §8.2.6.2, §16.11 do not apply to it).
 *
 * <p>Why the table's key is (Call-ID, From-tag) and never the branch: a merged request has another branch and must meet
 * its first copy on the same blade, which then answers 482 (§8.2.2.2). The key is hashed with a secret, since its text is
 * a stranger's choice. Two dialogs whose 64-bit hashes were equal would share a blade, nothing worse: the blade
 * compares the whole text.
 *
 * <h2>How big a session is</h2>
 *
 * {@link midplane.dispatcher.Sizing} reads it from wherever the application server says so, and nothing that is said wrongly
 * ever refuses a call: it is counted by its source and is as if it were missing. Header, Request-URI parameter and bodies
 * are statements. A description and the service only let one guess, so they count where nothing is stated, and then the
 * larger guess: an offer of one stream does not say that the conference it opens will stay small. The number goes with every
 * copy of the INVITE to its blade, since a repeat may be the first copy that the blade acts upon.
 *
 * <h2>Who gets it</h2>
 *
 * <pre>
 *   LoadLedger: up, room for its units -&gt; fresh before suspect -&gt; BladeSelector -&gt; Carrier.carry -&gt; LoadLedger.book
 *        ^            ^                                                              (ring full: next)
 *        |            +-- LoadAudit: can the report be true?  ResponseTimes: how long do callers wait?
 *        +-- load reports over the uplinks
 * </pre>
 *
 * {@link midplane.dispatcher.Placement} places sessions of whatever protocol by one {@link midplane.dispatcher.LoadLedger}. Units are booked in the moment of
 * dispatch and taken off when a report names their dispatch sequence as seen, so a burst between two reports spreads as if
 * each call had waited for the report of the one before. A blade is not asked to be believed: what it reports is held
 * against what was sent to it and against what its peers report, and what its callers wait for against what theirs do.
 *
 * <p>A blade that cannot serve a call hands its frame back before the first response. The message comes with it: the
 * client would repeat it, but only after half a second, and over a reliable transport never. The dispatcher places it
 * again, not on a blade that had it before, and only when there is none left the chassis says 503; or 486 where a smaller
 * session would still fit.
 *
 * <h2>Why every decision can be explained afterwards</h2>
 *
 * {@link midplane.dispatcher.PlacementTrace} is told what was known and what was chosen: loads as reported and as corrected,
 * size and who said it, candidates, choice, reason, and what became of it. {@link midplane.dispatcher.RingTrace} hands that to a
 * thread that has time, which keeps the last of it in a file. The path of a message pays for one copy into a ring; when
 * nobody drains it, events are lost and counted, and the calls go on.
 *
 * <h2>MGCP</h2>
 *
 * <pre>
 *   well-known port -&gt; split at dots -&gt; MgcpTriage -&gt; transaction table -&gt; by name, or Placement -&gt; MgcpStamp
 *                                           |             (repeat)             |
 *                                           +-&gt; MgcpReplies             every blade -&gt; MgcpGather -&gt; MgcpReplies
 * </pre>
 *
 * {@code MgcpDispatcher} has a port of its own in the same duty cycle, and the same placement and ledger as SIP. A
 * transaction id is remembered with the slot that got it, for T-HIST after its response; so every copy meets the first.
 * Endpoints need no table: their names say which blade has them. A command for all of them goes to every blade, or to
 * none whose ring is full, and what the blades say comes back by the uplinks.
 *
 * <p>Why the messages of one datagram are not made to wait for each other across blades: in order and to completion (RFC
 * 3435 §3.5.5) matters to what shares state, and an endpoint's commands meet in one ring, which keeps their order.
 * Endpoints on different blades share nothing.
 *
 * <p>Why everything at the well-known port is remembered, and not only what was placed: in every redirect mode a call
 * agent may send there, and an id that comes again for another endpoint must meet its first use (§3.2.1.2). What went to
 * a blade's own port is known to that blade alone; a copy of it that comes here names the same endpoint and gets there.
 *
 * <h2>Why a conference is never on two blades</h2>
 *
 * A conference is one blade's, and nobody but the dispatcher decides which: {@link midplane.dispatcher.ConferenceIndex}
 * has an entry before the first leg is dispatched, and every later leg follows it. Only a first copy of an INVITE, which
 * names the entry in its frame, may begin a conference at a blade; a repeat and what comes to the blade's own port may
 * join one that is there. The entry goes when its blade says that it has no such conference, and that it has seen the
 * last message dispatched for it. So whatever crosses on the way, as long as there is a conference or may be one, there
 * is an entry; and a leg that finds no room at its conference is refused (486), never sent elsewhere.
 */
@NullMarked
package midplane.dispatcher;

import org.jspecify.annotations.NullMarked;
