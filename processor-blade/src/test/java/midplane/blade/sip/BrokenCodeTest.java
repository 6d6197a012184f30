package midplane.blade.sip;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.List;
import midplane.shelf.BrokenMessageException;
import org.junit.jupiter.api.Test;

/** Our own code breaks: it costs one message or one dialog, and the call beside it does not notice. */
class BrokenCodeTest extends EndpointTest {
    @Test
    void shouldLoseTheDialogWhoseTimerBreaks() {
        maxPlayMs = 5_000;
        final Caller broken = connected("broken", ECHO);
        final int rtcpPort = 16_001;
        pass(4_000);
        final Caller whole = connected("whole", ECHO);
        mediaPorts.get(rtcpPort).broken(true);

        pass(2_000);

        assertEquals(1, errors.size(), errors::toString);
        errors.clear();
        assertEquals(1, counter("sip.calls.broken"));
        assertEquals(1, endpoint().sessions());
        assertEquals(481, only(own(broken.inDialog("BYE"))).status());
        mediaPorts.get(rtcpPort).broken(false);
        assertEquals(200, only(own(whole.inDialog("BYE"))).status());
    }

    @Test
    void shouldEndTheDialogThoughItsByeBreaks() {
        final Caller caller = connected("call", ECHO);
        pass(3_000);
        mediaPorts.get(16_001).broken(true);

        assertEquals(200, only(own(caller.inDialog("BYE"))).status());

        final BrokenMessageException error = assertInstanceOf(BrokenMessageException.class, errors.get(0));
        assertTrue(new String(error.message(), StandardCharsets.ISO_8859_1).startsWith("BYE "));
        errors.clear();
        assertEquals(0, endpoint().sessions());
        mediaPorts.get(16_001).broken(false);
        assertEquals(List.of(), statuses(pass(1_000)));
    }
}
