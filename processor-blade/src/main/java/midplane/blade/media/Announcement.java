package midplane.blade.media;

import midplane.shelf.Prompt;

/**
 * RFC 4240 §3: plays a prompt, then says that it has ended.
 *
 * <p>Time is counted in whole packets. It runs from the start of the session and does not stop while the client has put
 * us on hold: a caller must not keep a session for ever by holding it.
 *
 * @param prompt what to play.
 * @param repeats how many times it is played in all; 0 for ever, which ends with {@code MediaSettings.maxPlayNs}.
 * @param delayNs silence between two plays, when no packets are sent; 0 joins them without a seam.
 * @param durationNs when to break off whatever is playing; {@link Long#MAX_VALUE} for no such limit.
 */
public record Announcement(Prompt prompt, int repeats, long delayNs, long durationNs) implements MediaService {}
