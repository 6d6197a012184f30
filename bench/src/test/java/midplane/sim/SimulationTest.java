package midplane.sim;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import midplane.shelf.PortInsertion;
import midplane.shelf.ResponseFrom;
import midplane.testing.Conforms;
import org.junit.jupiter.api.Test;

class SimulationTest {
    private static final long SEED = 4711;
    private static final long MS = 1_000_000L;
    private static final long SECOND = 1000 * MS;
    private static final int ROUGH_CALLS = 2_000;
    private static final long EVENTS = 10_000_000L;
    private static final long EVENTS_PER_PLAN = 1_260_000L;

    /**
     * Ten million events over different faults, chassis and seeds. A violation tells its seed and the command that shows
     * it again.
     */
    @Test
    @Conforms({
        "S1",
        "S2",
        "S3",
        "S4",
        "S6",
        "S7",
        "S9",
        "S10",
        "S13",
        "S15",
        "RFC 3261 §8.2.1",
        "RFC 3261 §17.2.1",
        "RFC 3261 §17.2.2",
        "RFC 3261 §13.3.1.4"
    })
    void shouldSeeNoViolationInTenMillionEvents() throws Exception {
        final List<SimulationPlan> plans = List.of(
                plan(1).faults(FaultPlan.NONE),
                plan(2).faults(FaultPlan.ROUGH),
                plan(3).faults(FaultPlan.ROUGH).answerDelayNs(200 * MS),
                plan(4).faults(FaultPlan.ROUGH).isPartitioned(true).portInsertion(PortInsertion.RURI),
                plan(5).faults(FaultPlan.ROUGH.withLoss(0.3).withJitterNs(200 * MS))
                        .responseFrom(ResponseFrom.BLADE),
                plan(6).faults(FaultPlan.NONE.withJitterNs(400 * MS))
                        .portInsertion(PortInsertion.ENVELOPE)
                        .answerDelayNs(100 * MS)
                        .blades(64),
                plan(7).faults(FaultPlan.ROUGH.withDuplication(0.5)).blades(1).callsPerSecond(8),
                plan(8).faults(FaultPlan.NONE).isPartitioned(true).responseFrom(ResponseFrom.WELLKNOWN));
        final ExecutorService twoThreads = Executors.newFixedThreadPool(2);
        try {
            final List<Future<Long>> runs = new ArrayList<>();
            for (final SimulationPlan plan : plans) {
                runs.add(twoThreads.submit(() -> eventsOf(plan)));
            }
            long events = 0;
            for (final Future<Long> run : runs) {
                events += run.get();
            }
            assertTrue(events >= EVENTS, events + " events");
        } finally {
            twoThreads.shutdownNow();
        }
    }

    /**
     * A tenth lost, a twentieth doubled, order lost within 30 ms: RFC 3261's timers save every call. All seven copies of an
     * INVITE, or all eleven of another request, get lost once in tens of millions; the command in the README places
     * 100,000 calls.
     */
    @Test
    @Conforms({"RFC 3261 §17.2.1", "RFC 3261 §17.2.2", "RFC 3261 §13.3.1.4"})
    void shouldFailNoCallOnARoughNetwork() {
        try (Simulation simulation = Simulation.of(SEED)
                .calls(ROUGH_CALLS)
                .callsPerSecond(25)
                .faults(FaultPlan.ROUGH)
                .start()) {
            simulation.runUntilIdle();
            assertEquals(ROUGH_CALLS, simulation.placedCalls());
            assertEquals(0, simulation.failedCalls(), () -> String.join("\n", simulation.failures()));
        }
    }

    /** What counts as failed: a call that nobody hears, not one whose caller never meant to acknowledge. */
    @Test
    void shouldCountACallThatNobodyHears() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            simulation.uac().place(CallPlan.announcement());
            simulation.uac().place(CallPlan.announcement().acknowledgedAfter(CallPlan.NEVER));
            simulation.runUntilIdle();
            assertEquals(0, simulation.failedCalls(), () -> String.join("\n", simulation.failures()));
        }
        try (Simulation simulation =
                Simulation.of(SEED).faults(FaultPlan.NONE.withLoss(1)).start()) {
            simulation.uac().place(CallPlan.announcement());
            simulation.runUntilIdle();
            assertEquals(1, simulation.failedCalls());
            assertTrue(simulation.failures().get(0).contains("INVITE got no final response"));
        }
    }

    @Test
    @Conforms("S1")
    void shouldSendTheSecondCopyOfAnInviteToTheSameBlade() {
        try (Simulation simulation = Simulation.of(SEED)
                .blades(3)
                .faults(FaultPlan.NONE.withDuplication(1))
                .start()) {
            final SimulatedCall call = simulation.uac().place(CallPlan.announcement());
            simulation.runUntilIdle();
            assertEquals(200, call.status());
            assertEquals(1, simulation.bladesThatAnswered(call));
            assertEquals(1, simulation.ledger().value("dispatcher.forwarded.initial"));
            assertEquals(1, simulation.ledger().value("dispatcher.forwarded.repeat"));
        }
    }

    /** First legs that race, joins, leaves, loss: the judge asserts that no conference is ever on two blades. */
    @Test
    @Conforms("S12")
    void shouldNeverSplitAConference() {
        try (Simulation simulation = Simulation.of(SEED)
                .blades(4)
                .servers(6)
                .faults(FaultPlan.ROUGH)
                .answerDelayNs(50 * MS)
                .start()) {
            final Chance chance = new Chance(SEED);
            for (int i = 0; i < 1000; i++) {
                simulation.uac().place(CallPlan.conference(chance.betweenNs(0, SECOND)));
                if (chance.inPercent(60)) {
                    simulation.runFor(chance.betweenNs(0, 200 * MS));
                }
            }
            simulation.runUntilIdle();
            assertTrue(simulation.joinedLegs() > 200, "legs that joined: " + simulation.joinedLegs());
            assertTrue(simulation.ledger().value("dispatcher.conferences.over") > 50, "conferences came and went");
        }
    }

    @Test
    void shouldPlayTheWholePromptAndHangUp() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            final SimulatedCall call = simulation.uac().place(CallPlan.announcement());
            simulation.runFor(2 * SECOND);
            assertTrue(call.isOver());
            assertEquals(SimulatedPrompts.FRAMES, simulation.rtpPackets());
            simulation.runUntilIdle();
        }
    }

    @Test
    void shouldKeepTheDispatcherOutOfEveryMessageAfterTheFirst() {
        try (Simulation simulation = Simulation.of(SEED).blades(4).start()) {
            for (int i = 0; i < 8; i++) {
                simulation.uac().place(CallPlan.echo(SECOND));
            }
            simulation.runUntilIdle();
            assertEquals(8, simulation.answeredCalls());
            assertEquals(8, simulation.ledger().value("dispatcher.received"));
            assertEquals(8, simulation.ledger().value("dispatcher.forwarded.initial"));
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenACallerDies() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            simulation.uac().place(CallPlan.announcement().dyingAfter(500 * MS));
            simulation.uac().place(CallPlan.echo(5 * SECOND).dyingAfter(500 * MS));
            simulation.runUntilIdle();
            assertEquals(2, simulation.ledger().sumOfBlades(".sip.calls.bye-unanswered"));
            assertEquals(0, simulation.ledger().sumOfBlades(".sessions.open"));
        }
    }

    @Test
    @Conforms("RFC 3261 §13.3.1.4")
    void shouldEndACallWhoseAckNeverComes() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            simulation.uac().place(CallPlan.announcement().acknowledgedAfter(CallPlan.NEVER));
            simulation.runUntilIdle();
            assertEquals(0, simulation.rtpPackets());
            assertEquals(1, simulation.ledger().sumOfBlades(".sip.calls.ack-missing"));
        }
    }

    @Test
    void shouldEndAllCallsWithByeWhenToldToHangUp() {
        try (Simulation simulation = Simulation.of(SEED).faults(FaultPlan.ROUGH).start()) {
            for (int i = 0; i < 100; i++) {
                simulation.uac().place(CallPlan.echo(1000 * SECOND));
            }
            simulation.runFor(SECOND);
            simulation.hangUp();
            final SimulatedCall late = simulation.uac().place(CallPlan.announcement());
            simulation.runUntilIdle();
            assertEquals(503, late.status());
            assertEquals(0, simulation.ledger().sumOfBlades(".sessions.open"));
            assertEquals(0, simulation.ledger().sumOfBlades(".sip.calls.bye-unanswered"));
        }
    }

    /** The dispatcher counts units and knows nothing of dialogs, which run out first here. */
    @Test
    void shouldPlaceAgainWhatBladesHandBackAndRefuseOnlyWhenAllHave() {
        try (Simulation simulation = Simulation.of(SEED)
                .blades(3)
                .dialogsPerBlade(10)
                .faults(FaultPlan.NONE.withDuplication(0.3))
                .start()) {
            final List<SimulatedCall> calls = new ArrayList<>();
            // In bursts, which a report of being full comes too late for; with pauses, in which ACKs arrive.
            for (int burst = 0; burst < 5; burst++) {
                for (int i = 0; i < 9; i++) {
                    calls.add(simulation.uac().place(CallPlan.echo(20 * SECOND)));
                }
                simulation.runFor(500 * MS);
            }
            simulation.runUntilIdle();
            assertEquals(30, calls.stream().filter(call -> call.status() == 200).count());
            assertEquals(15, calls.stream().filter(call -> call.status() == 503).count());
            assertTrue(simulation.ledger().value("dispatcher.handed-back.placed") > 0);
            assertTrue(simulation.ledger().value("dispatcher.unavailable") >= 15, "and their copies");
        }
    }

    @Test
    @Conforms({"RFC 4028 §9", "RFC 4028 §10", "S14"})
    void shouldKeepSessionsAliveOrEndThem() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            simulation.uac().place(CallPlan.timed(CallPlan.Timer.CHASSIS, 200 * SECOND));
            simulation.uac().place(CallPlan.timed(CallPlan.Timer.CHASSIS_BY_INVITE, 200 * SECOND));
            simulation.uac().place(CallPlan.timed(CallPlan.Timer.CLIENT, 200 * SECOND));
            simulation.uac().place(CallPlan.timed(CallPlan.Timer.FORGOTTEN, 200 * SECOND));
            simulation
                    .uac()
                    .place(CallPlan.timed(CallPlan.Timer.CHASSIS, 200 * SECOND).dyingAfter(100 * SECOND));
            simulation.runUntilIdle();
            assertEquals(0, simulation.failedCalls());
            // At 45, 90, 135 and 180 seconds, by either method; twice before the death of the last.
            assertEquals(10, simulation.ledger().sumOfBlades(".sip.refreshes.answered"));
            assertEquals(1, simulation.ledger().sumOfBlades(".sip.refreshes.unanswered"));
            assertEquals(1, simulation.ledger().sumOfBlades(".sip.sessions.expired"));
            assertTrue(simulation.ledger().sumOfBlades(".sip.refreshes.sent") > 11, "one of them met a re-INVITE");
        }
    }

    @Test
    @Conforms({"RFC 3891 §3", "S11"})
    void shouldLetACallTakeThePlaceOfAnother() {
        try (Simulation simulation = Simulation.of(SEED).blades(4).start()) {
            for (int i = 0; i < 3; i++) {
                simulation.uac().place(CallPlan.announcement());
            }
            final SimulatedCall replaced = simulation.uac().place(CallPlan.echo(1000 * SECOND));
            simulation.runFor(2 * SECOND);
            final SimulatedCall heir = simulation.uac().replace(replaced);
            simulation.runFor(SECOND / 2);
            assertTrue(replaced.isOver());
            assertEquals(replaced.record().blade, heir.record().blade);
            simulation.runUntilIdle();
            assertEquals(200, heir.status());
            assertEquals(1, simulation.ledger().sumOfBlades(".sip.calls.replaced"));
        }
    }

    @Test
    void shouldEndTheCallOfAClientThatFellSilent() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            simulation.uac().place(CallPlan.echo(CallPlan.NEVER));
            simulation.runFor(30 * SECOND);
            assertEquals(1, simulation.ledger().sumOfBlades(".sip.calls.silent"));
            simulation.runUntilIdle();
        }
    }

    @Test
    void shouldOutliveNoiseAndCountIt() {
        try (Simulation simulation = Simulation.of(SEED).start()) {
            for (final String noise : List.of("", "\r\n\r\n", "no SIP", "INVITE sip:x SIP/2.0\r\n\r\n")) {
                simulation.uac().send(noise.getBytes(StandardCharsets.ISO_8859_1));
            }
            simulation.runUntilIdle();
            assertEquals(4, simulation.ledger().value("dispatcher.received"));
            assertEquals(0, simulation.ledger().value("dispatcher.answered"));
        }
    }

    @Test
    void shouldTellTheSeedTheMessagesAndTheCommandOfAViolation() {
        final SimulationPlan plan = Simulation.of(SEED).blades(3).faults(FaultPlan.ROUGH);
        try (Simulation simulation = plan.start()) {
            final SimulatedCall call = simulation.uac().place(CallPlan.announcement());
            simulation.runFor(100 * MS);
            simulation.watch().fail(call.record(), "the moon is down");
            final Violation violation = assertThrows(Violation.class, simulation::runUntilIdle);
            final String story = String.valueOf(violation.getMessage());
            assertTrue(story.startsWith("seed 4711, event "), story);
            assertTrue(story.contains("the moon is down"), story);
            assertTrue(story.contains("leaves  SIP/2.0 200 OK") || story.contains("arrives INVITE"), story);
            assertTrue(story.contains("midplane.sim.SimulationMain --seed 4711 "), story);
            assertTrue(story.contains("--loss 0.1 --duplication 0.05 --delay-us 1000 --jitter-us 30000"), story);
        }
    }

    private static SimulationPlan plan(final long number) {
        return Simulation.of(SEED + number)
                .calls(Integer.MAX_VALUE)
                .callsPerSecond(25)
                .eventsMax(EVENTS_PER_PLAN);
    }

    private static long eventsOf(final SimulationPlan plan) {
        try (Simulation simulation = plan.start()) {
            simulation.runUntilIdle();
            return simulation.events();
        }
    }
}
