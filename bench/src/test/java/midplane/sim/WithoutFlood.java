package midplane.sim;

import midplane.net.Peer;
import midplane.sim.VirtualNetwork.VirtualPort;
import org.agrona.DirectBuffer;
import org.jspecify.annotations.Nullable;

/** Lets a watch see everything but a flood and what is said to those who make it. */
record WithoutFlood(Watch watch, VirtualPort greedy, VirtualPort unlisted) implements VirtualNetwork.Tap {
    @Override
    public void onSent(
            final VirtualPort source,
            final @Nullable VirtualPort target,
            final Peer destination,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!isOfFlood(destination) && !isOfFlood(source.local())) {
            watch.onSent(source, target, destination, buffer, offset, length);
        }
    }

    @Override
    public void onDelivered(
            final VirtualPort target,
            final Peer source,
            final DirectBuffer buffer,
            final int offset,
            final int length) {
        if (!isOfFlood(source) && !isOfFlood(target.local())) {
            watch.onDelivered(target, source, buffer, offset, length);
        }
    }

    private boolean isOfFlood(final Peer peer) {
        return peer.isSameHost(greedy.local()) || peer.isSameHost(unlisted.local());
    }
}
