package midplane.chassis;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import midplane.shelf.PromptStore;
import org.jspecify.annotations.Nullable;

/**
 * The prompts in the jar, and the WAV files below a root directory, all decoded and in memory.
 *
 * <p>A prompt is named by its path below the root, with or without {@code .wav}: {@code welcome}, {@code de/welcome.wav};
 * or by an absolute path or {@code file:} URL (host empty or {@code localhost}) that lies below the root. A file under
 * the root takes the place of the jar's of the same name. Everything that leads out is {@link Forbidden}, whether there
 * is something or not: other schemes and hosts, {@code ..} above the root, absolute paths elsewhere (RFC 4240's
 * {@code /provisioned/} among them), NUL, and whatever lies behind a symbolic link whose real path is outside. Names
 * that begin with a dot are not seen.
 *
 * <p>One thread at a time may {@link #rescan}; any number may {@link #find} meanwhile, and never wait for a file.
 */
public final class FilePromptStore implements PromptStore {
    /** Where the jar has its prompts; {@code index} lists them, a name a line. */
    static final String RESOURCE_FOLDER = "midplane/prompts/";

    private static final int BYTES_PER_SAMPLE = Short.BYTES;

    /**
     * How much a root may hold. An hour of speech takes up 55 MiB.
     *
     * @param fileLengthMax bytes of one file; a longer one is broken.
     * @param memoryMax bytes that all decoded files take up; those that do not fit are broken until there is room.
     * @param entriesMax files and directories looked at; the rest is not seen.
     * @param depthMax directories below the root that a prompt may lie in.
     */
    record Limits(long fileLengthMax, long memoryMax, int entriesMax, int depthMax) {
        static final Limits DEFAULT = new Limits(16 << 20, 64 << 20, 10_000, 8);
    }

    /** What was made of a file, and how it looked then. */
    private record Entry(Path file, long length, FileTime modified, Lookup lookup, boolean lacksMemory, long memory) {
        boolean isOf(final Candidate candidate) {
            return length == candidate.length && modified.equals(candidate.modified) && file.equals(candidate.file);
        }
    }

    /** A file found on a scan. */
    private record Candidate(Path file, boolean isRegular, long length, FileTime modified) {}

    /** What lookups see: immutable, published whole. */
    private record Catalogue(Map<String, Lookup> lookups, List<String> roots, List<String> problems) {}

    private final @Nullable Path root;
    private final Limits limits;
    private final Map<String, Lookup> jarPrompts;

    private Map<String, Entry> entries = Map.of();
    private volatile Catalogue catalogue;

    /**
     * Loads everything.
     *
     * @param root value of {@code midplane.prompts.root}; null to have the jar's prompts only.
     * @throws IllegalArgumentException when the root is not a directory that can be read.
     */
    public FilePromptStore(final @Nullable Path root) {
        this(root, Limits.DEFAULT);
    }

    FilePromptStore(final @Nullable Path root, final Limits limits) {
        this.root = root == null ? null : root.toAbsolutePath().normalize();
        this.limits = limits;
        jarPrompts = loadJar();
        catalogue = new Catalogue(jarPrompts, List.of(), List.of());
        if (root != null && !Files.isReadable(root.resolve("."))) {
            throw new IllegalArgumentException(
                    "midplane.prompts.root=" + root + ": expected a directory that can be read");
        }
        rescan();
    }

    /** From memory, by one immutable map. */
    @Override
    public Lookup find(final String play) {
        final Catalogue seen = catalogue;
        final String key = PromptName.key(play, seen.roots);
        if (key == null) {
            return Forbidden.FORBIDDEN;
        }
        final Lookup lookup = seen.lookups.get(key);
        if (lookup != null) {
            return lookup;
        }
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            if (seen.lookups.containsKey(key.substring(0, slash + 1))) {
                return Forbidden.FORBIDDEN;
            }
        }
        return Missing.MISSING;
    }

    /**
     * Looks whether files came, went or changed, by length and time of modification, and decodes only those. While the
     * root cannot be read, what was read before stays.
     *
     * @return whether lookups now give other answers.
     */
    public boolean rescan() {
        if (root == null) {
            return false;
        }
        final Scan scan = new Scan();
        try {
            scan.root(root);
        } catch (final IOException ex) {
            return publish(catalogue.lookups, catalogue.roots, List.of("the root cannot be read"));
        }
        final Map<String, Entry> fresh = load(scan.candidates);
        final Map<String, Lookup> lookups = new HashMap<>(jarPrompts);
        fresh.forEach((key, entry) -> {
            lookups.put(key, entry.lookup);
            if (entry.lookup instanceof Broken broken) {
                scan.problems.add(key + ": " + broken.reason());
            }
        });
        for (final String link : scan.forbidden) {
            // Behind the link, whatever is asked for; and the link itself, when its name is that of a prompt.
            lookups.put(link + '/', Forbidden.FORBIDDEN);
            if (PromptName.hasSuffix(link)) {
                lookups.put(PromptName.withoutSuffix(link), Forbidden.FORBIDDEN);
            } else {
                lookups.putIfAbsent(link, Forbidden.FORBIDDEN);
            }
        }
        entries = fresh;
        return publish(lookups, scan.roots, scan.problems);
    }

    /** How many prompts can be played. */
    public int size() {
        return (int) catalogue.lookups.values().stream()
                .filter(Found.class::isInstance)
                .count();
    }

    /** What could not be taken from the root and why, a sentence each, for the log; no path of the machine in it. */
    public List<String> problems() {
        return catalogue.problems;
    }

    private boolean publish(final Map<String, Lookup> lookups, final List<String> roots, final List<String> problems) {
        // A prompt is equal to itself alone: this compares identities where it matters, and costs no look at samples.
        final Catalogue published = catalogue;
        if (!lookups.equals(published.lookups) || !roots.equals(published.roots)) {
            catalogue = new Catalogue(Map.copyOf(lookups), List.copyOf(roots), List.copyOf(problems));
            return true;
        }
        if (!problems.equals(published.problems)) {
            catalogue = new Catalogue(published.lookups, published.roots, List.copyOf(problems));
        }
        return false;
    }

    /** Prompts that play already keep their memory; new ones take what is left, in the order of their names. */
    private Map<String, Entry> load(final Map<String, Candidate> candidates) {
        long memoryLeft = limits.memoryMax;
        final Map<String, Entry> loaded = new LinkedHashMap<>();
        for (final Map.Entry<String, Candidate> named : candidates.entrySet()) {
            final Entry known = entries.get(named.getKey());
            if (known != null && known.isOf(named.getValue())) {
                loaded.put(named.getKey(), known);
                memoryLeft -= known.lacksMemory ? 0 : known.memory;
            }
        }
        final Map<String, Entry> fresh = new LinkedHashMap<>();
        for (final Map.Entry<String, Candidate> named : candidates.entrySet()) {
            Entry entry = loaded.get(named.getKey());
            if (entry == null || (entry.lacksMemory && entry.memory <= memoryLeft)) {
                entry = load(named.getKey(), named.getValue(), memoryLeft);
                memoryLeft -= entry.lacksMemory ? 0 : entry.memory;
            }
            fresh.put(named.getKey(), entry);
        }
        return fresh;
    }

    private Entry load(final String key, final Candidate candidate, final long memoryLeft) {
        if (!candidate.isRegular) {
            return entry(candidate, new Broken("not a file"), false, 0);
        }
        if (candidate.length > limits.fileLengthMax) {
            final String reason = "file is longer than " + limits.fileLengthMax + " bytes";
            return entry(candidate, new Broken(reason), false, 0);
        }
        if (candidate.length > memoryLeft) {
            return withoutMemory(candidate, candidate.length);
        }
        final byte[] bytes;
        try (InputStream in = Files.newInputStream(candidate.file, LinkOption.NOFOLLOW_LINKS)) {
            bytes = in.readNBytes((int) candidate.length);
        } catch (final IOException ex) {
            return entry(candidate, new Broken("cannot be read"), false, 0);
        }
        final Lookup lookup = WavDecoder.decode(key, bytes);
        final long memory =
                lookup instanceof Found found ? (long) found.prompt().samples().length * BYTES_PER_SAMPLE : 0;
        return memory > memoryLeft ? withoutMemory(candidate, memory) : entry(candidate, lookup, false, memory);
    }

    private static Entry withoutMemory(final Candidate candidate, final long memory) {
        return entry(candidate, new Broken("prompt memory limit"), true, memory);
    }

    private static Entry entry(
            final Candidate candidate, final Lookup lookup, final boolean lacksMemory, final long memory) {
        return new Entry(candidate.file, candidate.length, candidate.modified, lookup, lacksMemory, memory);
    }

    private static Map<String, Lookup> loadJar() {
        final Map<String, Lookup> prompts = new HashMap<>();
        new String(resource("index"), StandardCharsets.UTF_8)
                .lines()
                .forEach(name -> prompts.put(name, WavDecoder.decode(name, resource(name + PromptName.SUFFIX))));
        return Map.copyOf(prompts);
    }

    private static byte[] resource(final String name) {
        final ClassLoader loader = Objects.requireNonNull(FilePromptStore.class.getClassLoader());
        try (InputStream in = loader.getResourceAsStream(RESOURCE_FOLDER + name)) {
            return Objects.requireNonNull(in, RESOURCE_FOLDER + name + " is not in the jar")
                    .readAllBytes();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** One walk through the root. Walks real directories only, so that a file's path is its real path. */
    private final class Scan {
        private final Map<String, Candidate> candidates = new TreeMap<>();
        private final SortedSet<String> forbidden = new TreeSet<>();
        private final List<String> roots = new ArrayList<>();
        private final List<String> problems = new ArrayList<>();
        private final Deque<Path> ancestors = new ArrayDeque<>();
        private Path realRoot = Path.of("/");
        private int entriesLeft = limits.entriesMax;

        void root(final Path configured) throws IOException {
            realRoot = configured.toRealPath();
            addRoot(configured);
            addRoot(realRoot);
            directory(realRoot, "");
        }

        private void addRoot(final Path path) {
            final String text = path.toString();
            roots.add(text.equals("/") ? "" : text);
        }

        private void directory(final Path directory, final String prefix) throws IOException {
            final SortedSet<String> names = names(directory);
            ancestors.addLast(directory);
            for (final String name : names) {
                entry(directory.resolve(name), prefix + name);
            }
            ancestors.removeLast();
        }

        private SortedSet<String> names(final Path directory) throws IOException {
            final SortedSet<String> names = new TreeSet<>();
            try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
                for (final Path path : stream) {
                    final String name = path.getFileName().toString();
                    if (name.startsWith(".")) {
                        continue;
                    }
                    if (entriesLeft == 0) {
                        problems.add("more than " + limits.entriesMax + " files and directories: the rest is not seen");
                        break;
                    }
                    entriesLeft--;
                    names.add(name);
                }
            } catch (final DirectoryIteratorException ex) {
                throw ex.getCause();
            }
            return names;
        }

        /** Throws nothing, so that one bad entry does not hide its neighbours. */
        private void entry(final Path path, final String name) {
            try {
                BasicFileAttributes attributes =
                        Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                Path real = path;
                if (attributes.isSymbolicLink()) {
                    final Path target = realPath(path);
                    if (target == null || !target.startsWith(realRoot)) {
                        forbidden.add(name);
                        return;
                    }
                    real = target;
                    attributes = Files.readAttributes(real, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
                }
                if (attributes.isDirectory()) {
                    subdirectory(real, name);
                } else if (PromptName.hasSuffix(name)) {
                    candidates.putIfAbsent(
                            PromptName.withoutSuffix(name),
                            new Candidate(
                                    real,
                                    attributes.isRegularFile(),
                                    attributes.size(),
                                    attributes.lastModifiedTime()));
                }
            } catch (final IOException ex) {
                // Gone between two looks, or not for us to see.
                problems.add(name + ": cannot be read");
            }
        }

        private void subdirectory(final Path real, final String name) throws IOException {
            if (ancestors.contains(real)) {
                problems.add(name + ": links to a directory above it");
            } else if (ancestors.size() > limits.depthMax) {
                problems.add(name + ": more than " + limits.depthMax + " directories deep");
            } else {
                directory(real, name + '/');
            }
        }

        /** A link to nowhere is treated as one that leads out: whether there is something outside is nobody's business. */
        private @Nullable Path realPath(final Path link) {
            try {
                return link.toRealPath();
            } catch (final IOException ex) {
                return null;
            }
        }
    }
}
