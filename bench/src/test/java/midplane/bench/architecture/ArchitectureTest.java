package midplane.bench.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.SYNCHRONIZED;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noMethods;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.net.DatagramSocket;
import java.nio.channels.DatagramChannel;
import java.util.Random;
import midplane.net.NumericHost;
import midplane.net.UdpPort;
import org.jspecify.annotations.NullMarked;

/** The arrows between packages and the rules that cannot be retrofitted. */
@AnalyzeClasses(
        packages = "midplane",
        importOptions = {ImportOption.DoNotIncludeTests.class, ArchitectureTest.OnlyWhatShips.class})
class ArchitectureTest {
    /** Tests of other modules come in a jar of their own; JMH writes classes beside ours. */
    static final class OnlyWhatShips implements ImportOption {
        @Override
        public boolean includes(final Location location) {
            return !location.contains("-tests.jar") && !location.contains("/jmh_generated/");
        }
    }

    private static final String[] THE_WORLD = {"midplane.chassis..", "midplane.bench..", "midplane.sim.."};
    private static final String[] AGENTS = {
        "midplane.net..",
        "midplane.fabric..",
        "midplane.signalling..",
        "midplane.admission..",
        "midplane.dispatcher..",
        "midplane.blade.."
    };

    // Who knows whom.

    @ArchTest
    static final ArchRule signallingKnowsOnlyItself = classes()
            .that()
            .resideInAPackage("midplane.signalling..")
            .should()
            .onlyDependOnClassesThat(ours("midplane.signalling..", "midplane.net.."))
            .because("grammar is agreed by both ends of the fabric and must not know who carries it");

    @ArchTest
    static final ArchRule netKnowsOnlyItself = classes()
            .that()
            .resideInAPackage("midplane.net..")
            .should()
            .onlyDependOnClassesThat(ours("midplane.net.."))
            .because("a port carries bytes");

    @ArchTest
    static final ArchRule fabricKnowsNoProtocolAndNoShelf = classes()
            .that()
            .resideInAPackage("midplane.fabric..")
            .should()
            .onlyDependOnClassesThat(ours("midplane.fabric..", "midplane.net.."))
            .because("to the fabric a message is bytes");

    @ArchTest
    static final ArchRule shelfKnowsNeitherDispatcherNorBladesNorChassis = classes()
            .that()
            .resideInAPackage("midplane.shelf..")
            .should()
            .onlyDependOnClassesThat(
                    ours("midplane.shelf..", "midplane.fabric..", "midplane.net..", "midplane.signalling.."))
            .because("a slot offers the world; it does not know who is plugged in");

    @ArchTest
    static final ArchRule admissionKnowsNeitherProtocolNorWhoServes = classes()
            .that()
            .resideInAPackage("midplane.admission..")
            .should()
            .onlyDependOnClassesThat(
                    ours("midplane.admission..", "midplane.shelf..", "midplane.net..", "midplane.signalling"))
            .because("every port of every protocol is guarded in the same way");

    @ArchTest
    static final ArchRule dispatcherKnowsNeitherChassisNorBlades = noClasses()
            .that()
            .resideInAPackage("midplane.dispatcher..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("midplane.chassis..", "midplane.blade..", "midplane.bench..", "midplane.sim..")
            .because("the dispatcher is an agent that its host wires");

    @ArchTest
    static final ArchRule chassisKnowsNoBlade = noClasses()
            .that()
            .resideInAPackage("midplane.chassis..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("midplane.blade..", "midplane.bench..", "midplane.sim..")
            .because("what plugs into a slot is found at run time, through BladeFactory");

    @ArchTest
    static final ArchRule bladesKnowNeitherDispatcherNorChassis = noClasses()
            .that()
            .resideInAPackage("midplane.blade..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("midplane.dispatcher..", "midplane.chassis..", "midplane.bench..", "midplane.sim..")
            .because("a blade knows its slot and nothing else");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("midplane.(**)").should().beFreeOfCycles().because("a package is a module in waiting");

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .that()
            .resideInAPackage("midplane..")
            .should(liveInANullMarkedPackage())
            .because("absence is said with @Nullable, and NullAway checks only what is marked");

    // One door for the world.

    @ArchTest
    static final ArchRule timeIsInjected = noClasses()
            .that()
            .resideOutsideOfPackages(THE_WORLD)
            .should()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould(callTheClocksOf("org.agrona.concurrent"))
            .because("agents read the injected clock once per cycle, and the simulation steps it");

    @ArchTest
    static final ArchRule nobodySleepsOrStartsThreads = noClasses()
            .that()
            .resideOutsideOfPackages(THE_WORLD)
            .should()
            .dependOnClassesThat(belongToAnyOf(
                            java.util.concurrent.Executor.class,
                            java.util.concurrent.CompletableFuture.class,
                            java.util.concurrent.locks.LockSupport.class,
                            java.util.Timer.class)
                    .or(nameMatching("java\\.util\\.concurrent\\.Executors")))
            .orShould(callOf(Thread.class, "<init>|start|sleep|yield"))
            .because("a blade must run on whatever thread its host gives it");

    @ArchTest
    static final ArchRule chanceIsInjected = noClasses()
            .that()
            .resideOutsideOfPackages(THE_WORLD)
            .should()
            .dependOnClassesThat(belongToAnyOf(
                    Random.class,
                    java.util.random.RandomGenerator.class,
                    java.util.UUID.class,
                    java.util.SplittableRandom.class))
            .orShould(callOf(Math.class, "random"))
            .because("equal seeds must give equal histories; use Entropy");

    @ArchTest
    static final ArchRule onlyUdpPortOpensSockets = noClasses()
            .that()
            .resideOutsideOfPackages(THE_WORLD)
            .and()
            .doNotBelongToAnyOf(UdpPort.class)
            .should()
            .dependOnClassesThat(
                    belongToAnyOf(DatagramSocket.class, java.net.Socket.class, java.net.ServerSocket.class))
            .orShould(callOf(DatagramChannel.class, "open"))
            .because("the chassis owns sockets; blades borrow them");

    @ArchTest
    static final ArchRule nobodyResolvesNames = noClasses()
            .that()
            .doNotBelongToAnyOf(NumericHost.class)
            .should(callOf(java.net.InetAddress.class, "getByName|getAllByName|getHostName|getCanonicalHostName"))
            .because("a look-up blocks for seconds, and a stranger chooses the name; NumericHost reads literals");

    @ArchTest
    static final ArchRule onlyTheChassisTouchesFiles = noClasses()
            .that()
            .resideInAnyPackage(
                    "midplane.dispatcher..", "midplane.blade..", "midplane.shelf..", "midplane.signalling..")
            .should()
            .dependOnClassesThat(resideInAnyPackage("java.nio.file..")
                    .or(nameMatching("java\\.io\\.(File|RandomAccess|Reader|InputStream|OutputStream).*")))
            .because("agents do not wait for disks; prompts come from a PromptStore");

    @ArchTest
    static final ArchRule onlyTheChassisTalksToPeople = noClasses()
            .that()
            .resideOutsideOfPackages(THE_WORLD)
            .should()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "org.slf4j..")
            .orShould(callOf(Throwable.class, "printStackTrace"))
            .because("an agent counts, and tells its ErrorHandler what is broken");

    // Single-threaded objects.

    @ArchTest
    static final ArchRule agentsHaveNoSynchronizedMethods = noMethods()
            .that()
            .areDeclaredInClassesThat()
            .resideInAnyPackage(AGENTS)
            .should()
            .haveModifier(SYNCHRONIZED)
            .because("two agents share rings and counters, nothing else");

    @ArchTest
    static final ArchRule agentsHaveNoLocks = noClasses()
            .that()
            .resideInAnyPackage(AGENTS)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent.locks..")
            .orShould(callOf(Object.class, "wait|notify|notifyAll"))
            .because("an agent's state belongs to one thread");

    // Names.

    @ArchTest
    static final ArchRule namesSayARole = noClasses()
            .should()
            .haveSimpleNameEndingWith("Manager")
            .orShould()
            .haveSimpleNameEndingWith("Helper")
            .orShould()
            .haveSimpleNameEndingWith("Util")
            .orShould()
            .haveSimpleNameEndingWith("Utils")
            .orShould()
            .haveSimpleNameEndingWith("Impl")
            .orShould()
            .haveSimpleNameEndingWith("Data")
            .orShould()
            .haveSimpleNameEndingWith("Info")
            .because("such a suffix names no role in the picture");

    @ArchTest
    static final ArchRule nothingIsAskedByGet = noMethods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideOutsideOfPackage("midplane.chassis..")
            .should()
            .haveNameMatching("(get|set)[A-Z].*")
            .because("a method is named for what it answers; the chassis has frameworks that want otherwise");

    private ArchitectureTest() {}

    /** Our own packages as given; whatever is not ours is no arrow between our packages. */
    private static DescribedPredicate<JavaClass> ours(final String... packages) {
        return resideInAnyPackage(packages)
                .or(DescribedPredicate.not(resideInAPackage("midplane..")))
                .as("reside in any of " + String.join(", ", packages) + " or be foreign");
    }

    private static ArchCondition<JavaClass> callOf(final Class<?> owner, final String methods) {
        return new ArchCondition<>("call " + owner.getSimpleName() + "." + methods) {
            @Override
            public void check(final JavaClass caller, final ConditionEvents events) {
                caller.getCodeUnitCallsFromSelf().stream()
                        .filter(call -> call.getTargetOwner().isAssignableTo(owner)
                                && call.getTarget().getName().matches(methods))
                        .forEach(call -> events.add(SimpleConditionEvent.satisfied(caller, call.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> callTheClocksOf(final String packageName) {
        return new ArchCondition<>("name a real clock of " + packageName) {
            @Override
            public void check(final JavaClass caller, final ConditionEvents events) {
                caller.getAccessesFromSelf().stream()
                        .filter(access ->
                                access.getTargetOwner().getPackageName().equals(packageName)
                                        && access.getTargetOwner()
                                                .getSimpleName()
                                                .matches("(System|OffsetEpoch|HighResolution|CachedNano).*Clock"))
                        .forEach(access -> events.add(SimpleConditionEvent.satisfied(caller, access.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
        return new ArchCondition<>("live in a @NullMarked package") {
            @Override
            public void check(final JavaClass checked, final ConditionEvents events) {
                final boolean isMarked = checked.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(
                        checked, isMarked, checked.getPackageName() + (isMarked ? " is" : " is not") + " @NullMarked"));
            }
        };
    }
}
