/**
 * What callers hear: RTP and RTCP for the sessions of one blade, on a tick of 20 ms.
 *
 * <pre>
 *   blade.sip ── open, connect, start, close ──> MediaPlane ──> MediaSession ──> AudioSource
 *       ^                                          │  tick           │             AnnouncementPlayer, EchoPlayer, ConferenceLeg
 *       └────────── onServiceEnded ────────────────┘                 ├── RtpStream ────────────> RTP, RTCP out
 *                                                                    └── ReceptionStatistics <── RTP, RTCP in
 * </pre>
 *
 * <p>The signalling core opens a {@link midplane.blade.media.MediaSession} before it writes its SDP answer, since the
 * answer names the session's port; connects it when it knows where the client listens; starts it at the ACK. Before
 * that not one packet leaves: a 200 answered with RTP at once would let anybody aim a thousand bytes a packet at a
 * stranger whose address he wrote into his SDP.
 *
 * <p>All sessions of a blade share one tick. First every session's ports are read, then every session speaks: the
 * mixers stand between the two. Reading at the tick costs two system calls per session and 20 ms, where watching each
 * port would wake the agent for every packet. What it costs in truth: arrival times are those of the tick, so the
 * jitter we report has a grain of 20 ms.
 *
 * <p>A session says what its service has to say, or, opened for {@link midplane.blade.media.Silence}, what it is told
 * to while it runs: prompts, tones, what it hears itself, what another session hears. That is how MGCP uses it, whose
 * connections outlive many announcements. Keys come as telephone events where those were agreed; else they are looked
 * for in the audio, and never both ways, or one key would count twice.
 *
 * <h2>Conferences</h2>
 *
 * <pre>
 *   RTP --&gt; JitterBuffer --+                                +--&gt; sum - own --&gt; Limiter --&gt; G.711 --&gt; who spoke
 *   RTP --&gt; JitterBuffer --+--&gt; sum, linear, 32 bits -------+
 *   nothing, or silence ---+     (Mixer)                    +--&gt; sum --&gt; Limiter --&gt; G.711, once a codec --&gt; all others
 * </pre>
 *
 * A {@link midplane.blade.media.Conference} is a service like any other: whoever opens a session for it joins, whoever
 * closes that session leaves. {@link midplane.blade.media.Conferences} knows those of the blade by name and nothing of
 * the protocol that asks.
 *
 * <p>Why everybody is mixed, and not the three loudest: a sum of a hundred voices costs little beside the system calls
 * that bring them, and nobody has to explain to a caller why he was not heard. Who is silent, by sending silence or
 * nothing, costs a copy. Why keys are not heard: a telephone event (RFC 4733) is no audio, so that its time is
 * silence; tones that a caller sends as sound are sound.
 *
 * <p>Why a limiter of its own for each leg that speaks: with one for all, two who shout at the same time would make each
 * other fainter, though each hears one voice only.
 *
 * <p>Only the negotiated address and port is listened to, all else is counted and dropped. Nothing on the path of a
 * packet allocates; sessions, queues and the one send buffer are made with the plane.
 */
@NullMarked
package midplane.blade.media;

import org.jspecify.annotations.NullMarked;
