/**
 * A processor blade: everything behind one UDP port.
 *
 * <pre>
 *   fabric ==&gt; Backplane --+                                          +--&gt; own port
 *                          +--&gt; {@code ProcessorBlade} --&gt; SipEndpoint --&gt; Outbox --+
 *   own port --------------+         |                                +--&gt; well-known port (rport)
 *                                    +--&gt; MediaPlane --&gt; RTP
 *   fabric &lt;== Backplane &lt;-- load reports, settled notices
 * </pre>
 *
 * <p>The chassis finds {@link midplane.blade.ProcessorBladeFactory} by {@link java.util.ServiceLoader}, hands it a slot,
 * and runs the blade it gets on a thread of its choosing. The blade is the duty cycle and nothing else: it reads the
 * clock once, polls what may have something, and lets protocol cores ({@code midplane.blade.sip}) and media
 * ({@code midplane.blade.media}) work. They know neither sockets nor clock.
 *
 * <p>A datagram leaves after the core that wrote it has returned: state first, output after. So a journal would fit
 * between the two.
 */
@NullMarked
package midplane.blade;

import org.jspecify.annotations.NullMarked;
