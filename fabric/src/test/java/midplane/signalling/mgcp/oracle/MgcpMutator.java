package midplane.signalling.mgcp.oracle;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import midplane.signalling.mgcp.MgcpCorpus;

/** Makes datagrams of what others wrote: joins, cuts, breaks and repeats them. Not thread-safe. */
public final class MgcpMutator {
    private static final int LONGEST = 70_000;
    private static final List<String> WORDS = List.of(
            "\n",
            "\r\n",
            "\r",
            ".",
            "\n.\n",
            "\r\n.\r\n",
            " .\t\n",
            "\n\n",
            "\r\n\r\n",
            "\n \n",
            ":",
            " ",
            "\t",
            "@",
            "/",
            "$",
            "*",
            "#1",
            "[::1]",
            ":2443",
            ":0",
            ":65536",
            "MGCP 1.0",
            "mgcp 01.00",
            "MGCP 1.0 NCS 1.0",
            "MGCP 2.0",
            "CRCX 1 ann/$@ms MGCP 1.0\n",
            "200 1 OK\n",
            "000 999999999\n",
            "8a0 1\n",
            "800 1 /au x\n",
            "1234567890",
            "XPER",
            "K: 1-2, 3",
            "x-midplane-port: 1\n",
            "X-Midplane-Port :1\r\n",
            "X+MIDPLANE-PORT:\t9\n",
            "X-Session-Size: 40\n",
            "X+no: 1\n",
            "B/PR: L/hd(N)\n",
            "Z2: pe/$@ms\n",
            "Z:a\n",
            "z2:b\n",
            "v=0\r\n",
            "s=-\n",
            "a",
            "\u0000",
            "\u00ff",
            "\"");

    private final List<byte[]> seeds;

    public MgcpMutator() {
        this(MgcpCorpus.datagrams().stream().map(MgcpCorpus.Datagram::bytes).toList());
    }

    MgcpMutator(final List<byte[]> seeds) {
        this.seeds = seeds;
    }

    public byte[] datagram(final SplittableRandom random) {
        byte[] bytes = any(random);
        for (int edits = random.nextInt(6); edits > 0; edits--) {
            bytes = edit(bytes, random);
        }
        return bytes;
    }

    private byte[] edit(final byte[] bytes, final SplittableRandom random) {
        final int at = random.nextInt(bytes.length + 1);
        final int cut = Math.min(bytes.length - at, random.nextInt(1, 12));
        final byte[] word = WORDS.get(random.nextInt(WORDS.size())).getBytes(StandardCharsets.ISO_8859_1);
        return switch (random.nextInt(8)) {
            case 0 -> spliced(bytes, at, cut, new byte[0]);
            case 1 -> spliced(bytes, at, cut, new byte[] {(byte) random.nextInt(256)});
            case 2, 3, 4 -> spliced(bytes, at, 0, word);
            case 5 -> spliced(bytes, at, cut, word);
            case 6 -> spliced(bytes, random.nextBoolean() ? bytes.length : at, 0, any(random));
            default ->
                spliced(
                        bytes,
                        at,
                        0,
                        repeated(random.nextInt(20) == 0 ? word : Arrays.copyOfRange(bytes, at, at + cut), random));
        };
    }

    private static byte[] repeated(final byte[] unit, final SplittableRandom random) {
        final int times = random.nextInt(40) == 0 ? random.nextInt(20_000) : random.nextInt(200);
        final byte[] all = new byte[Math.min(LONGEST / 2 / Math.max(1, unit.length), times) * unit.length];
        for (int i = 0; i < all.length; i++) {
            all[i] = unit[i % unit.length];
        }
        return all;
    }

    private byte[] any(final SplittableRandom random) {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private static byte[] spliced(final byte[] bytes, final int at, final int cut, final byte[] with) {
        if (bytes.length + with.length > LONGEST) {
            return bytes;
        }
        final byte[] result = new byte[bytes.length - cut + with.length];
        System.arraycopy(bytes, 0, result, 0, at);
        System.arraycopy(with, 0, result, at, with.length);
        System.arraycopy(bytes, at + cut, result, at + with.length, bytes.length - at - cut);
        return result;
    }
}
