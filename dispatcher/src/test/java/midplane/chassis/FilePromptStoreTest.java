package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import midplane.chassis.FilePromptStore.Limits;
import midplane.shelf.Prompt;
import midplane.shelf.PromptStore.Broken;
import midplane.shelf.PromptStore.Forbidden;
import midplane.shelf.PromptStore.Found;
import midplane.shelf.PromptStore.Missing;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FilePromptStoreTest {
    @TempDir
    private Path temporary;

    private Path root;
    private Path outside;
    private FilePromptStore store;

    @BeforeEach
    void makeRoot() throws IOException {
        root = Files.createDirectory(temporary.resolve("root"));
        outside = Files.createDirectory(temporary.resolve("outside"));
        write(outside.resolve("secret.wav"), 999);
        write(root.resolve("hello.wav"), 1);
        write(root.resolve("de/hello.wav"), 2);
        write(root.resolve("a b.wav"), 3);
        store = new FilePromptStore(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"welcome", "goodbye", "busy", "tone-440", "tone-1000", "welcome.wav", "file:welcome"})
    void shouldFindTheJarsPromptsWithoutARoot(final String name) {
        assertInstanceOf(Found.class, new FilePromptStore(null).find(name));
    }

    @Test
    void shouldPlayTheJarsPromptsAtTheLevelOfATelephone() {
        final FilePromptStore jarOnly = new FilePromptStore(null);
        assertEquals(5, jarOnly.size());
        assertEquals(8000, samples(jarOnly, "tone-440").length);
        final double seconds = samples(jarOnly, "welcome").length / 8000.0;
        assertTrue(seconds >= 2 && seconds <= 4, "welcome lasts " + seconds + " s");
        for (final String name : new String[] {"welcome", "goodbye", "busy", "tone-440", "tone-1000"}) {
            double sum = 0;
            int peak = 0;
            for (final short sample : samples(jarOnly, name)) {
                sum += (double) sample * sample;
                peak = Math.max(peak, Math.abs(sample));
            }
            final double rms = Math.sqrt(sum / samples(jarOnly, name).length);
            assertTrue(peak < 32_000, name + " does not clip: " + peak);
            assertTrue(rms > 1500 && rms < 8000, name + " is neither faint nor loud: " + rms);
        }
    }

    @Test
    void shouldHaveTheTonesWhereTheirNamesSay() {
        final FilePromptStore jarOnly = new FilePromptStore(null);
        assertTrue(shareOfEnergy(samples(jarOnly, "tone-440"), 440) > 0.999);
        assertTrue(shareOfEnergy(samples(jarOnly, "tone-440"), 450) < 0.001);
        assertTrue(shareOfEnergy(samples(jarOnly, "tone-1000"), 1000) > 0.999);
        assertTrue(
                shareOfEnergy(samples(jarOnly, "busy"), 425) > 0.45,
                "half of the time, so half of a pure tone's share");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello",
                "hello.wav",
                "hello.WAV",
                "./hello",
                "de/../hello.wav",
                "nowhere/../hello",
                "file:hello.wav",
                "FILE:hello",
            })
    void shouldFindAFileByItsName(final String name) {
        assertEquals(1, samples(store, name)[0]);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"%s/hello.wav", "file://%s/hello.wav", "file://localhost%s/hello", "file:%s//de/../hello.wav"})
    void shouldFindAFileByItsAbsolutePath(final String format) {
        assertEquals(1, samples(store, String.format(format, root))[0]);
    }

    @Test
    void shouldFindFilesInDirectoriesAndBehindEscapes() {
        assertEquals(2, samples(store, "de/hello")[0]);
        assertEquals(3, samples(store, "a b")[0]);
        assertEquals(3, samples(store, "file:///" + root.toString().substring(1) + "/a%20b.wav")[0]);
        assertSame(Missing.MISSING, store.find("a%20b"), "a name is no URL: the SIP side has unescaped it already");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "nobody",
                "",
                ".",
                "file:",
                "de",
                "hello/more",
                "hello.wav.wav",
                ".wav",
                "Hello",
                "x%zz",
                "hello\\..\\..\\secret",
            })
    void shouldMissWhatIsNotThere(final String name) {
        assertSame(Missing.MISSING, store.find(name));
    }

    @Test
    void shouldMissANameTooLongToBeLookedAt() {
        assertSame(Missing.MISSING, store.find("../".repeat(1000)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../outside/secret.wav",
                "../outside/nobody.wav",
                "..",
                "de/../../root/hello.wav",
                "/etc/passwd",
                "/nobody",
                "/",
                "/provisioned/hello",
                "hello\0.wav",
                "file:///etc/passwd",
                "file:///nobody",
                "file:/hello.wav",
                "file:../outside/secret.wav",
                "file:%2e%2e/outside/secret.wav",
                "file:hello%00.wav",
                "file:hello%2",
                "file:hello%zz",
                "file:%ff%fe",
                "file://hello",
                "file://fileserver.example.net//geminii/yourHoroscope.wav",
                "http://audio.example.net/allcircuitsbusy.g711",
                "https:hello",
                "nfs://host/x.wav",
                "C:\\hello.wav",
                ":hello",
            })
    void shouldForbidWhatLeadsOut(final String name) {
        assertSame(Forbidden.FORBIDDEN, store.find(name));
    }

    @Test
    void shouldForbidPathsThatOnlyBeginLikeTheRoot() throws IOException {
        write(temporary.resolve("root2/hello.wav"), 4);
        assertSame(Forbidden.FORBIDDEN, store.find(temporary + "/root2/hello.wav"));
        assertSame(Forbidden.FORBIDDEN, store.find(root + "/../root2/hello.wav"));
        assertSame(Forbidden.FORBIDDEN, new FilePromptStore(null).find(root + "/hello.wav"));
    }

    @Test
    void shouldForbidWhatLiesBehindALinkThatLeadsOutWhetherItIsThereOrNot() throws IOException {
        Files.createSymbolicLink(root.resolve("file.wav"), outside.resolve("secret.wav"));
        Files.createSymbolicLink(root.resolve("nowhere.wav"), outside.resolve("nobody.wav"));
        Files.createSymbolicLink(root.resolve("directory"), outside);
        Files.createSymbolicLink(root.resolve("relative"), Path.of("../outside"));
        Files.createSymbolicLink(root.resolve("de/circle.wav"), root.resolve("de/circle.wav"));
        assertTrue(store.rescan());
        for (final String name : new String[] {
            "file",
            "file.wav",
            "nowhere",
            "directory",
            "directory/secret",
            "directory/secret.wav",
            "directory/nobody.wav",
            "directory/deep/nobody",
            "relative/secret",
            "de/circle",
            root + "/directory/secret.wav",
            "file://" + root + "/file.wav",
        }) {
            assertSame(Forbidden.FORBIDDEN, store.find(name), name);
        }
        assertFalse(store.rescan());
        Files.delete(root.resolve("directory"));
        assertTrue(store.rescan());
        assertSame(Missing.MISSING, store.find("directory/secret"));
    }

    @Test
    void shouldFollowLinksThatStayWithinTheRoot() throws IOException {
        Files.createSymbolicLink(root.resolve("also.wav"), Path.of("hello.wav"));
        Files.createSymbolicLink(root.resolve("en"), Path.of("de"));
        Files.createSymbolicLink(root.resolve("de/up"), root);
        assertTrue(store.rescan());
        assertEquals(1, samples(store, "also")[0]);
        assertEquals(2, samples(store, "en/hello")[0]);
        assertSame(Missing.MISSING, store.find("de/up/de/up/hello"), "a circle is not walked");
        assertTrue(
                store.problems().contains("de/up: links to a directory above it"),
                store.problems().toString());
    }

    @Test
    void shouldServeARootThatIsALinkByBothItsPaths() throws IOException {
        final Path link = Files.createSymbolicLink(temporary.resolve("current"), root);
        final FilePromptStore linked = new FilePromptStore(link);
        assertEquals(1, samples(linked, link + "/hello.wav")[0]);
        assertEquals(1, samples(linked, root + "/hello.wav")[0]);

        // Length and time alike, as a copy may have them: it is another file all the same.
        final Path next = temporary.resolve("next");
        write(next.resolve("hello.wav"), 7);
        Files.setLastModifiedTime(next.resolve("hello.wav"), Files.getLastModifiedTime(root.resolve("hello.wav")));
        Files.delete(link);
        Files.createSymbolicLink(link, next);
        assertTrue(linked.rescan());
        assertEquals(7, samples(linked, "hello")[0]);
        assertSame(Forbidden.FORBIDDEN, linked.find(root + "/hello.wav"));
    }

    @Test
    void shouldLetAFileTakeThePlaceOfTheJars() throws IOException {
        final int jarLength = samples(store, "welcome").length;
        write(root.resolve("welcome.wav"), 5);
        assertTrue(store.rescan());
        assertEquals(5, samples(store, "welcome")[0]);
        Files.write(root.resolve("welcome.wav"), new byte[] {1});
        assertTrue(store.rescan());
        assertInstanceOf(Broken.class, store.find("welcome"));
        Files.delete(root.resolve("welcome.wav"));
        assertTrue(store.rescan());
        assertEquals(jarLength, samples(store, "welcome").length);
    }

    @Test
    void shouldSeeWhatComesChangesAndGoes() throws IOException {
        assertFalse(store.rescan());
        final Prompt before = ((Found) store.find("hello")).prompt();

        write(root.resolve("new.wav"), 6);
        assertSame(Missing.MISSING, store.find("new"), "nothing is looked for but on a scan");
        assertTrue(store.rescan());
        assertEquals(6, samples(store, "new")[0]);
        assertSame(before, ((Found) store.find("hello")).prompt(), "what has not changed is not decoded again");

        write(root.resolve("hello.wav"), 8);
        Files.setLastModifiedTime(root.resolve("hello.wav"), FileTime.fromMillis(1_000_000));
        assertTrue(store.rescan());
        assertEquals(8, samples(store, "hello")[0]);
        assertEquals(1, before.samples()[0], "a session may still be playing it");

        Files.delete(root.resolve("new.wav"));
        assertTrue(store.rescan());
        assertSame(Missing.MISSING, store.find("new"));
        assertFalse(store.rescan());
    }

    @Test
    void shouldKeepWhatItHasWhileTheRootIsAway() throws IOException {
        Files.move(root, temporary.resolve("away"));
        assertFalse(store.rescan());
        assertEquals(1, samples(store, "hello")[0]);
        assertEquals(1, store.problems().size());
        Files.move(temporary.resolve("away"), root);
        assertFalse(store.rescan());
        assertEquals(0, store.problems().size());
        assertEquals(1, samples(store, "hello")[0]);
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws IOException {
        Files.write(root.resolve("stereo.wav"), Wav.pcm(44_100, 2, 16, new byte[400]));
        Files.write(root.resolve("text.wav"), "hello".getBytes());
        Files.createDirectories(root.resolve("directory.wav"));
        assertTrue(store.rescan());
        assertEquals(new Broken("needs 8000 Hz mono PCM16 or G.711, has 44100 Hz stereo"), store.find("stereo"));
        assertEquals(new Broken("no WAV file"), store.find("text"));
        assertSame(Missing.MISSING, store.find("directory"), "a directory is no prompt, whatever its name");
        assertTrue(
                store.problems().contains("text: no WAV file"), store.problems().toString());
    }

    @Test
    void shouldNotSeeHiddenFiles() throws IOException {
        write(root.resolve(".upload.wav"), 1);
        write(root.resolve(".git/x.wav"), 1);
        assertFalse(store.rescan());
        assertSame(Missing.MISSING, store.find(".upload"));
        assertSame(Missing.MISSING, store.find(".git/x"));
    }

    @Test
    void shouldBoundTheLengthOfAFile() throws IOException {
        write(root.resolve("at.wav"), new short[478]);
        write(root.resolve("over.wav"), new short[479]);
        final FilePromptStore bounded = new FilePromptStore(root, new Limits(1000, 1 << 20, 100, 8));
        assertInstanceOf(Found.class, bounded.find("at"), "44 bytes of header and 956 of samples");
        assertEquals(new Broken("file is longer than 1000 bytes"), bounded.find("over"));
    }

    @Test
    void shouldBoundMemoryAndRetryWhenThereIsRoom() throws IOException {
        final Path bounded = Files.createDirectory(temporary.resolve("bounded"));
        write(bounded.resolve("a.wav"), new short[1000]);
        write(bounded.resolve("b.wav"), new short[1000]);
        Files.write(bounded.resolve("c.wav"), Wav.of(7, 8000, 1, 8, new byte[1000]));
        final FilePromptStore small = new FilePromptStore(bounded, new Limits(1 << 20, 3500, 100, 8));
        assertInstanceOf(Found.class, small.find("a"));
        assertEquals(new Broken("prompt memory limit"), small.find("b"), "2000 bytes of 1500 left");
        assertEquals(
                new Broken("prompt memory limit"), small.find("c"), "1058 bytes of file, 2000 when they are decoded");
        assertFalse(small.rescan());

        // A newcomer earlier in the alphabet takes nothing away from what plays already.
        write(bounded.resolve("0.wav"), new short[600]);
        assertTrue(small.rescan());
        assertInstanceOf(Found.class, small.find("0"));
        assertInstanceOf(Found.class, small.find("a"));

        Files.delete(bounded.resolve("a.wav"));
        assertTrue(small.rescan());
        assertInstanceOf(Found.class, small.find("b"));
        assertEquals(new Broken("prompt memory limit"), small.find("c"));
    }

    @Test
    void shouldBoundTheNumberOfFiles() throws IOException {
        final Path many = Files.createDirectory(temporary.resolve("many"));
        for (int i = 0; i < 12; i++) {
            write(many.resolve("p" + i + ".wav"), i);
        }
        final FilePromptStore bounded = new FilePromptStore(many, new Limits(1 << 20, 1 << 20, 10, 8));
        assertEquals(5 + 10, bounded.size());
        assertEquals(1, bounded.problems().size(), bounded.problems().toString());
    }

    @Test
    void shouldBoundTheDepth() throws IOException {
        write(root.resolve("1/2/at.wav"), 1);
        write(root.resolve("1/2/3/over.wav"), 1);
        final FilePromptStore bounded = new FilePromptStore(root, new Limits(1 << 20, 1 << 20, 100, 2));
        assertInstanceOf(Found.class, bounded.find("1/2/at"));
        assertSame(Missing.MISSING, bounded.find("1/2/3/over"));
        assertEquals(1, bounded.problems().size(), bounded.problems().toString());
    }

    @Test
    void shouldRefuseARootThatIsNone() {
        final Path none = temporary.resolve("none");
        final Exception missing = assertThrows(IllegalArgumentException.class, () -> new FilePromptStore(none));
        assertTrue(missing.getMessage().startsWith("midplane.prompts.root=" + none), missing.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new FilePromptStore(root.resolve("hello.wav")));
    }

    @Test
    void shouldNotTellPathsOfTheMachine() throws IOException {
        Files.write(root.resolve("text.wav"), "hello".getBytes());
        store.rescan();
        assertFalse(((Broken) store.find("text")).reason().contains("/"));
        assertFalse(store.problems().toString().contains(temporary.toString()));
    }

    @Test
    void shouldGiveTheSamplesAsTheyAre() throws IOException {
        final short[] all = new short[65_536];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) i;
        }
        write(root.resolve("all.wav"), all);
        store.rescan();
        assertArrayEquals(all, samples(store, "all"));
    }

    private static void write(final Path file, final int firstSample) throws IOException {
        write(file, new short[] {(short) firstSample, 0, 0});
    }

    private static void write(final Path file, final short[] samples) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, Wav.pcm16(samples));
    }

    private static short[] samples(final FilePromptStore store, final String name) {
        return assertInstanceOf(Found.class, store.find(name), name).prompt().samples();
    }

    /** Goertzel: how much of a signal's energy is at one frequency; 1 for a pure tone over whole periods. */
    private static double shareOfEnergy(final short[] samples, final double frequencyHz) {
        final double coefficient = 2 * Math.cos(2 * Math.PI * frequencyHz / 8000);
        double last = 0;
        double lastButOne = 0;
        double energy = 0;
        for (final short sample : samples) {
            final double next = sample + coefficient * last - lastButOne;
            lastButOne = last;
            last = next;
            energy += (double) sample * sample;
        }
        final double power = last * last + lastButOne * lastButOne - coefficient * last * lastButOne;
        return 2 * power / (samples.length * energy);
    }
}
