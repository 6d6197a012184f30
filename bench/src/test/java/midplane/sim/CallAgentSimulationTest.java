package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import midplane.chassis.Chassis;
import midplane.chassis.ChassisContext;
import midplane.chassis.ThreadingMode;
import midplane.net.Peer;
import midplane.shelf.MgcpRedirect;
import midplane.testing.Conforms;
import org.agrona.MutableDirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Call agents over a network that loses a tenth, doubles a twentieth and reorders: no command is executed twice, each is
 * answered alike however often it comes, and nothing is left.
 */
final class CallAgentSimulationTest {
    private static final int BLADES = 4;
    private static final int AGENTS = 3;
    private static final int SESSIONS_PER_AGENT = 40;
    private static final int WELL_KNOWN_PORT = 2427;
    private static final int BLADE_PORT_BASE = 2443;
    private static final String HOST = "10.0.0.1";
    private static final long MS = 1_000_000L;
    private static final long RETRY_NS = 400 * MS;
    private static final long PACE_NS = 50 * MS;
    private static final int RETRIES_MAX = 40;
    private static final Pattern RESPONSE = Pattern.compile("(\\d{3}) (\\d+).*", Pattern.DOTALL);

    /** What one run came to. */
    private record Outcome(long historyHash, Map<String, Long> counters, int commands, List<Integer> sessionsByBlade) {
        long sum(final String regex) {
            return counters.entrySet().stream()
                    .filter(counter -> counter.getKey().matches(regex))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
        }
    }

    @ParameterizedTest
    @EnumSource(MgcpRedirect.class)
    @Conforms({"M1", "M2", "M5", "RFC 3435 §3.5.1"})
    void shouldExecuteNoCommandTwice(final MgcpRedirect redirect) {
        final Outcome outcome = run(7, FaultPlan.ROUGH, redirect);
        final int sessions = AGENTS * SESSIONS_PER_AGENT;
        assertEquals(3 * sessions, outcome.commands());
        assertEquals(3 * sessions, outcome.sum("blade\\.\\d+\\.mgcp\\.executed"), () -> "" + outcome.counters());
        assertEquals(sessions, outcome.sum("blade\\.\\d+\\.mgcp\\.connections\\.opened"));
        assertEquals(sessions, outcome.sum("blade\\.\\d+\\.mgcp\\.connections\\.closed"));
        assertEquals(
                outcome.sum("dispatcher\\.mgcp\\.received"),
                outcome.sum("dispatcher\\.mgcp\\.(forwarded\\..*|answered|absorbed\\..*|dropped\\..*)"));
        assertTrue(outcome.sum("dispatcher\\.mgcp\\.forwarded\\.repeat") > 0, "nothing was lost or doubled");
        assertTrue(
                outcome.sessionsByBlade().stream().allMatch(count -> count > sessions / BLADES / 2),
                () -> "by blade " + outcome.sessionsByBlade());
    }

    @Test
    void shouldSeeTheDispatcherOnceWhereAgentsFollowTheRedirect() {
        final Outcome outcome = run(8, FaultPlan.NONE, MgcpRedirect.PORT);
        assertEquals(AGENTS * SESSIONS_PER_AGENT, outcome.sum("dispatcher\\.mgcp\\.received"));
        assertEquals(AGENTS * SESSIONS_PER_AGENT, outcome.sum("dispatcher\\.mgcp\\.forwarded\\.placed"));
    }

    @Test
    void shouldRepeatItselfByteForByte() {
        final Outcome once = run(9, FaultPlan.ROUGH, MgcpRedirect.PORT);
        assertEquals(once, run(9, FaultPlan.ROUGH, MgcpRedirect.PORT));
        assertNotEquals(
                once.historyHash(), run(10, FaultPlan.ROUGH, MgcpRedirect.PORT).historyHash());
    }

    private static Outcome run(final long seed, final FaultPlan faults, final MgcpRedirect redirect) {
        final VirtualClock clock = new VirtualClock();
        final Chance chance = new Chance(seed);
        final VirtualNetwork network = new VirtualNetwork(clock, chance.fork(), faults);
        final Chance entropy = chance.fork();
        final List<Throwable> errors = new ArrayList<>();
        try (Chassis chassis = Chassis.launch(new ChassisContext()
                .threadingMode(ThreadingMode.INVOKER)
                .nanoClock(clock)
                .epochClock(clock.epochClock())
                .datagramPortSupplier(network)
                .entropySeed(entropy::nextLong)
                .promptStore(SimulatedPrompts.store())
                .errorHandler(errors::add)
                .bindAddress(HOST)
                .allow("10.0.0.0/8")
                .bladeCount(BLADES)
                .mgcp(true)
                .mgcpAllow("10.1.0.0/16")
                .mgcpRedirect(redirect)
                .mgcpBladeAddressBase("10.0.1.1"))) {
            final List<Agent> agents = new ArrayList<>();
            for (int i = 0; i < AGENTS; i++) {
                agents.add(new Agent(i, network, clock));
            }
            while (agents.stream().anyMatch(agent -> agent.session < SESSIONS_PER_AGENT)) {
                long nextNs = Math.min(network.nextArrivalNs(), chassis.nextDeadlineNs());
                for (final Agent agent : agents) {
                    nextNs = Math.min(nextNs, agent.alarmNs);
                }
                clock.advanceTo(Math.max(nextNs, clock.nanoTime()));
                while (network.nextArrivalNs() <= clock.nanoTime()) {
                    network.deliverNext();
                }
                agents.forEach(Agent::onAlarm);
                while (chassis.doWork() > 0 || chassis.hasWork()) {
                    // until it rests
                }
            }
            final Map<String, Long> counters = new HashMap<>();
            chassis.counters().forEach((name, value) -> {
                if (name.contains("mgcp")) {
                    counters.put(name, value);
                }
            });
            assertEquals(List.of(), errors);
            final int[] byBlade = new int[BLADES];
            agents.forEach(agent -> agent.blades.forEach(blade -> byBlade[blade]++));
            final int commands =
                    agents.stream().mapToInt(agent -> agent.answers.size()).sum();
            return new Outcome(
                    network.historyHash(),
                    counters,
                    commands,
                    Arrays.stream(byBlade).boxed().toList());
        }
    }

    /** Opens, changes and ends one connection after another, and repeats each command until it is answered. */
    private static final class Agent {
        private final VirtualNetwork.VirtualPort port;
        private final VirtualClock clock;
        private final int firstId;
        private final Map<Integer, String> answers = new HashMap<>();
        private final List<Integer> blades = new ArrayList<>();
        private final Peer wellKnown = Peer.of(new InetSocketAddress(HOST, WELL_KNOWN_PORT));
        private Peer blade = wellKnown;
        private String endpoint = "";
        private String connection = "";
        private String command = "";
        private int id;
        private int step;
        private int tries;
        private int session;
        private long alarmNs;

        Agent(final int number, final VirtualNetwork network, final VirtualClock clock) {
            this.clock = clock;
            firstId = (number + 1) * 1_000_000;
            id = firstId;
            alarmNs = clock.nanoTime() + number * MS;
            port = network.attach(new InetSocketAddress("10.1.0." + (number + 1), 2727), this::onDatagram);
        }

        void onAlarm() {
            if (session == SESSIONS_PER_AGENT || clock.nanoTime() < alarmNs) {
                return;
            }
            if (command.isEmpty()) {
                begin();
            }
            assertTrue(++tries <= RETRIES_MAX, () -> "no answer to " + command);
            final byte[] bytes = command.getBytes(StandardCharsets.US_ASCII);
            port.offer(ByteBuffer.allocateDirect(bytes.length).put(bytes).flip(), step == 0 ? wellKnown : blade);
            alarmNs = clock.nanoTime() + RETRY_NS;
        }

        private void begin() {
            id++;
            tries = 0;
            final String rest = " MGCP 1.0\nC: " + Integer.toHexString(firstId + session) + '\n';
            command = switch (step) {
                case 0 -> "CRCX " + id + " ann/$@ms.example.net" + rest + "M: inactive\n";
                case 1 -> "MDCX " + id + ' ' + endpoint + rest + "I: " + connection + "\nM: inactive\n";
                default -> "DLCX " + id + ' ' + endpoint + rest + "I: " + connection + '\n';
            };
        }

        private void onDatagram(
                final MutableDirectBuffer buffer, final int offset, final int length, final Peer source) {
            final String text = buffer.getStringWithoutLengthAscii(offset, length);
            final Matcher response = RESPONSE.matcher(text);
            assertTrue(response.matches(), text);
            final int code = Integer.parseInt(response.group(1));
            final int answered = Integer.parseInt(response.group(2));
            if (code < 200) {
                return;
            }
            final String said = code + " " + parameter(text, "I") + ' ' + parameter(text, "Z");
            final String before = answers.putIfAbsent(answered, said);
            assertTrue(before == null || before.equals(said), () -> before + " and then " + said);
            if (answered != id || command.isEmpty()) {
                return;
            }
            assertEquals(step == 2 ? 250 : 200, code, text);
            if (step == 0) {
                connection = parameter(text, "I");
                follow(parameter(text, "Z"));
            }
            step = (step + 1) % 3;
            session += step == 0 ? 1 : 0;
            command = "";
            alarmNs = session == SESSIONS_PER_AGENT ? Long.MAX_VALUE : clock.nanoTime() + PACE_NS;
        }

        /** RFC 3435 as it stands, or with a port behind the domain. */
        private void follow(final String name) {
            endpoint = name;
            final int slot = Integer.parseInt(name.split("/", -1)[1]);
            blades.add(slot);
            final String domain = name.substring(name.indexOf('@') + 1);
            if (domain.startsWith("[10.0.1.")) {
                final InetSocketAddress own = new InetSocketAddress("10.0.1." + (slot + 1), WELL_KNOWN_PORT);
                assertEquals("[" + own.getAddress().getHostAddress() + "]", domain);
                blade = Peer.of(own);
            } else if (domain.contains(":")) {
                assertEquals("ms.example.net:" + (BLADE_PORT_BASE + slot), domain);
                blade = Peer.of(new InetSocketAddress(HOST, BLADE_PORT_BASE + slot));
            } else {
                assertEquals("ms.example.net", domain);
                blade = wellKnown;
            }
        }

        private static String parameter(final String text, final String name) {
            final Matcher line = Pattern.compile("(?m)^" + name + ": *(\\S+)").matcher(text);
            return line.find() ? line.group(1) : "";
        }
    }
}
