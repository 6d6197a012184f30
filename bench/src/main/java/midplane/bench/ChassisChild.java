package midplane.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runnable jar as a process of its own, which load cannot disturb but by its load. */
final class ChassisChild implements AutoCloseable {
    private static final long STOP_SECONDS = 60;

    private final Process process;
    private final List<String> words = new ArrayList<>();
    private final Thread reader;

    private ChassisChild(final Process process) {
        this.process = process;
        reader = new Thread(this::read, "chassis-output");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts it and waits until it serves.
     *
     * @param prefix in front of the command, such as {@code taskset -c 0}; may be empty.
     * @param settings {@code name=value}.
     */
    static ChassisChild launch(
            final Path jar, final List<String> prefix, final List<String> javaOptions, final List<String> settings)
            throws IOException, InterruptedException {
        final List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(javaOptions);
        command.addAll(List.of("-jar", jar.toString()));
        for (final String setting : settings) {
            command.addAll(List.of("--set", setting));
        }
        final ChassisChild child = new ChassisChild(
                new ProcessBuilder(command).redirectErrorStream(true).start());
        for (int i = 0; i < 600; i++) {
            if (child.text().contains("First call:")) {
                return child;
            }
            if (!child.process.isAlive()) {
                break;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        child.close();
        throw new IOException("the chassis did not start:\n" + child.text());
    }

    /** Ends it as an operator would; the summary follows in {@link #text()}. */
    void stop() throws InterruptedException {
        // Not process.destroy(), which would close the stream that its last words come by.
        process.toHandle().destroy();
        if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        reader.join(TimeUnit.SECONDS.toMillis(STOP_SECONDS));
    }

    /** The sum of the counters in the summary whose whole name matches. */
    long counter(final String regex) {
        final Matcher line = Pattern.compile("^\\s+(" + regex + ")\\s+(\\d+)\\s*$", Pattern.MULTILINE)
                .matcher(text());
        long sum = 0;
        while (line.find()) {
            sum += Long.parseLong(line.group(line.groupCount()));
        }
        return sum;
    }

    String text() {
        synchronized (words) {
            return String.join("\n", words);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            String line = lines.readLine();
            while (line != null) {
                synchronized (words) {
                    words.add(line);
                }
                line = lines.readLine();
            }
        } catch (final IOException ex) {
            // The process is gone; what it said until then is what there is.
            return;
        }
    }

    @Override
    public void close() {
        if (process.isAlive()) {
            process.destroyForcibly();
        }
    }
}
