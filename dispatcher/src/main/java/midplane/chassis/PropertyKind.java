package midplane.chassis;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import midplane.fabric.SwitchFabric;
import midplane.net.AllowList;
import midplane.net.NumericHost;
import org.agrona.concurrent.UnsafeBuffer;
import org.jspecify.annotations.Nullable;

/** What a property's value looks like. An empty text is asked for only where a property may be left open. */
sealed interface PropertyKind {
    boolean accepts(String text);

    /** What is accepted, to follow "expected". */
    String expected();

    record WholeNumber(int min, int max) implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            return isWholeNumber(text, min, max);
        }

        @Override
        public String expected() {
            return "a whole number from " + min + " to " + max;
        }
    }

    /** One for all slots, or one for each. */
    record WholeNumbers(int min, int max) implements PropertyKind {
        /** The numbers by slot; null when there are neither one nor as many as slots. */
        static @Nullable List<Integer> bySlot(final String text, final int slots) {
            final String[] numbers = text.split(",", -1);
            if (numbers.length != 1 && numbers.length != slots) {
                return null;
            }
            final List<Integer> bySlot = new ArrayList<>();
            for (int slot = 0; slot < slots; slot++) {
                bySlot.add(Integer.valueOf(numbers[numbers.length == 1 ? 0 : slot].strip()));
            }
            return List.copyOf(bySlot);
        }

        @Override
        public boolean accepts(final String text) {
            for (final String number : text.split(",", -1)) {
                if (!isWholeNumber(number.strip(), min, max)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String expected() {
            return "whole numbers from " + min + " to " + max + ", one or as many as blades, separated by commas";
        }
    }

    record PowerOfTwo(int min, int max) implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            return isWholeNumber(text, min, max) && Integer.bitCount(Integer.parseInt(text)) == 1;
        }

        @Override
        public String expected() {
            return "a power of two from " + min + " to " + max;
        }
    }

    record Duration(String min, String max) implements PropertyKind {
        static long ns(final String text) {
            return Quantity.parse(text, Quantity.DURATIONS);
        }

        @Override
        public boolean accepts(final String text) {
            final long ns = ns(text);
            return ns != Quantity.NOT_A_QUANTITY && ns >= ns(min) && ns <= ns(max);
        }

        @Override
        public String expected() {
            return "a duration from " + min + " to " + max + " in ns, us, ms, s, m or h";
        }
    }

    record Size(String min, String max) implements PropertyKind {
        static long bytes(final String text) {
            return Quantity.parse(text, Quantity.SIZES);
        }

        @Override
        public boolean accepts(final String text) {
            final long bytes = bytes(text);
            return bytes != Quantity.NOT_A_QUANTITY && bytes >= bytes(min) && bytes <= bytes(max);
        }

        @Override
        public String expected() {
            return "a size from " + min + " to " + max + " in B, KiB, MiB or GiB";
        }
    }

    record Choice(List<String> names) implements PropertyKind {
        static <E extends Enum<E>> Choice of(final Class<E> type) {
            final List<String> names = new ArrayList<>();
            for (final E constant : type.getEnumConstants()) {
                names.add(nameOf(constant));
            }
            return new Choice(List.copyOf(names));
        }

        /** ROUND_ROBIN is spelled round-robin. */
        static String nameOf(final Enum<?> constant) {
            final StringBuilder name = new StringBuilder(constant.name());
            for (int i = 0; i < name.length(); i++) {
                name.setCharAt(i, name.charAt(i) == '_' ? '-' : Character.toLowerCase(name.charAt(i)));
            }
            return name.toString();
        }

        @Override
        public boolean accepts(final String text) {
            return names.contains(text);
        }

        @Override
        public String expected() {
            return names.size() == 1 ? names.get(0) : "one of " + String.join(", ", names);
        }
    }

    record Address() implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            return NumericHost.parse(text) != null;
        }

        @Override
        public String expected() {
            return "a numeric address such as 127.0.0.1 or ::1";
        }
    }

    /** An MGCP entity whose domain is an address: agents ask no resolver. */
    record NotifiedEntity() implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            final byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            final var entity = new midplane.signalling.mgcp.NotifiedEntity();
            return entity.parse(new UnsafeBuffer(bytes), 0, bytes.length)
                    && NumericHost.parse(entity.domain().toString()) != null;
        }

        @Override
        public String expected() {
            return "a call agent's name with a numeric address, such as ca@192.0.2.7:2727 or [192.0.2.7]";
        }
    }

    record Host() implements PropertyKind {
        private static final int LENGTH_MAX = 255;

        @Override
        public boolean accepts(final String text) {
            return NumericHost.parse(text) != null || isName(text);
        }

        /** RFC 3261 §25.1, hostname: what goes into Contact must not be able to end it. */
        private static boolean isName(final String text) {
            if (text.length() > LENGTH_MAX
                    || !text.matches("([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\\.)*[A-Za-z0-9-]+\\.?")) {
                return false;
            }
            final int start = text.lastIndexOf('.', text.length() - 2) + 1;
            return Character.isLetter(text.charAt(start)) && !text.endsWith("-") && !text.endsWith("-.");
        }

        @Override
        public String expected() {
            return "a host name or a numeric address";
        }
    }

    record PortRange() implements PropertyKind {
        /** Lowest and highest port, or null. */
        static int @Nullable [] parse(final String text) {
            final int dash = text.indexOf('-');
            if (dash < 0) {
                return null;
            }
            final String first = text.substring(0, dash).strip();
            final String last = text.substring(dash + 1).strip();
            if (!isWholeNumber(first, 1, 65_535) || !isWholeNumber(last, 1, 65_535)) {
                return null;
            }
            final int[] range = {Integer.parseInt(first), Integer.parseInt(last)};
            return range[0] < range[1] ? range : null;
        }

        @Override
        public boolean accepts(final String text) {
            return parse(text) != null;
        }

        @Override
        public String expected() {
            return "two ports from 1 to 65535, the lower one first, as in 20000-29999";
        }
    }

    record Blocks() implements PropertyKind {
        static List<String> split(final String text) {
            final List<String> blocks = new ArrayList<>();
            for (final String block : text.split(",", -1)) {
                blocks.add(block.strip());
            }
            return blocks;
        }

        @Override
        public boolean accepts(final String text) {
            try {
                AllowList.parse(split(text));
                return true;
            } catch (final IllegalArgumentException ex) {
                return false;
            }
        }

        @Override
        public String expected() {
            return "addresses or CIDR blocks without host bits, separated by commas, as in 10.0.0.0/8,192.0.2.7";
        }
    }

    record SlotList() implements PropertyKind {
        static final String ALL = "all";

        /** One bit per slot; 0 when the text is not such a list. */
        static long bits(final String text) {
            if (text.equals(ALL)) {
                return -1L;
            }
            long bits = 0;
            for (final String slot : text.split(",", -1)) {
                if (!isWholeNumber(slot.strip(), 0, SwitchFabric.MAX_SLOTS - 1)) {
                    return 0;
                }
                bits |= 1L << Integer.parseInt(slot.strip());
            }
            return bits;
        }

        @Override
        public boolean accepts(final String text) {
            return bits(text) != 0;
        }

        @Override
        public String expected() {
            return "all, or slots from 0 to " + (SwitchFabric.MAX_SLOTS - 1) + " separated by commas";
        }
    }

    record Directory() implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            final Path path = path(text);
            return path != null && Files.isDirectory(path) && Files.isReadable(path);
        }

        @Override
        public String expected() {
            return "a directory that exists and can be read";
        }
    }

    /** A file, or a word instead of one. */
    record FileOrWord(List<String> words) implements PropertyKind {
        private static final File FILE = new File();

        @Override
        public boolean accepts(final String text) {
            return words.contains(text) || FILE.accepts(text);
        }

        @Override
        public String expected() {
            return String.join(", ", words) + " or " + FILE.expected();
        }
    }

    record File() implements PropertyKind {
        @Override
        public boolean accepts(final String text) {
            final Path path = path(text);
            if (path == null || Files.isDirectory(path)) {
                return false;
            }
            final Path parent = path.toAbsolutePath().getParent();
            return parent != null && Files.isDirectory(parent);
        }

        @Override
        public String expected() {
            return "a file name in a directory that exists";
        }
    }

    private static @Nullable Path path(final String text) {
        try {
            return Path.of(text);
        } catch (final InvalidPathException ex) {
            return null;
        }
    }

    private static boolean isWholeNumber(final String text, final int min, final int max) {
        if (!text.matches("[0-9]{1,10}")) {
            return false;
        }
        final long number = Long.parseLong(text);
        return number >= min && number <= max;
    }

    /** The address in a text that an {@link Address} or numeric {@link Host} accepted. */
    static InetAddress address(final String text) {
        final InetAddress address = NumericHost.parse(text);
        if (address == null) {
            throw new IllegalStateException("not checked: " + text);
        }
        return address;
    }
}
