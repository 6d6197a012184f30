package midplane.fabric;

import org.agrona.MutableDirectBuffer;

/** Receives frames from a ring. The buffer's content dies when the call returns. */
@FunctionalInterface
public interface FrameHandler {
    void onFrame(MutableDirectBuffer buffer, int offset, int length);
}
