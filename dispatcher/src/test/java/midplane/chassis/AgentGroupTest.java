package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import midplane.shelf.ParkableAgent;
import org.junit.jupiter.api.Test;

class AgentGroupTest {
    private static final class Part implements ParkableAgent {
        private final long deadlineNs;
        private int runs;
        private boolean hasWork;
        private boolean isBroken;

        Part(final long deadlineNs) {
            this.deadlineNs = deadlineNs;
        }

        @Override
        public void onStart() {
            breakIfBroken();
        }

        @Override
        public int doWork() {
            breakIfBroken();
            runs++;
            return 2;
        }

        @Override
        public void onClose() {
            breakIfBroken();
        }

        private void breakIfBroken() {
            if (isBroken) {
                throw new IllegalStateException("broken");
            }
        }

        @Override
        public long nextDeadlineNs() {
            return deadlineNs;
        }

        @Override
        public boolean hasWork() {
            return hasWork;
        }

        @Override
        public String roleName() {
            return "part";
        }
    }

    private final List<Throwable> errors = new ArrayList<>();

    private AgentGroup group(final Part... parts) {
        return new AgentGroup("group", List.of(parts), errors::add);
    }

    @Test
    void shouldSleepUntilTheEarliestDeadline() {
        assertEquals(3, group(new Part(5), new Part(3), new Part(4)).nextDeadlineNs());
        assertEquals(
                ParkableAgent.NO_DEADLINE,
                group(new Part(ParkableAgent.NO_DEADLINE), new Part(ParkableAgent.NO_DEADLINE))
                        .nextDeadlineNs());
        assertEquals(
                -7, group(new Part(ParkableAgent.NO_DEADLINE), new Part(-7)).nextDeadlineNs());
        assertEquals(
                -7, group(new Part(-7), new Part(ParkableAgent.NO_DEADLINE)).nextDeadlineNs());
    }

    @Test
    void shouldCompareDeadlinesAcrossTheWrapOfTheClock() {
        final long before = Long.MAX_VALUE - 10;
        final long after = Long.MIN_VALUE + 10;
        assertEquals(before, group(new Part(after), new Part(before)).nextDeadlineNs());
        assertEquals(before, group(new Part(before), new Part(after)).nextDeadlineNs());
    }

    @Test
    void shouldHaveWorkWhenOneHas() {
        final Part last = new Part(0);
        final AgentGroup group = group(new Part(0), last);
        assertFalse(group.hasWork());
        last.hasWork = true;
        assertTrue(group.hasWork());
    }

    @Test
    void shouldRunTheNeighboursOfABrokenAgent() {
        final Part broken = new Part(0);
        final Part sound = new Part(0);
        broken.isBroken = true;
        final AgentGroup group = group(broken, sound);
        group.onStart();
        assertEquals(2, group.doWork());
        assertEquals(2, group.doWork());
        group.onClose();
        assertEquals(2, sound.runs);
        assertEquals(4, errors.size());
    }
}
