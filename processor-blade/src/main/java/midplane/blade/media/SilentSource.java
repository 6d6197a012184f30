package midplane.blade.media;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;

/** Says nothing and never ends. */
final class SilentSource implements AudioSource {
    static final SilentSource INSTANCE = new SilentSource();

    private SilentSource() {}

    @Override
    public void onTick() {}

    @Override
    public void onSkippedTicks(final long ticks) {}

    @Override
    public int nextPayload(final MutableDirectBuffer buffer, final int offset, final int payloadType) {
        return NOTHING;
    }

    @Override
    public boolean onAudio(final DirectBuffer buffer, final int offset, final int length) {
        return true;
    }

    @Override
    public void forget() {}
}
