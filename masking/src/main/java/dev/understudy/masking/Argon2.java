package dev.understudy.masking;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/// Hashes a password as Argon2id does, with a given salt. Its memory lies outside the heap, as it
/// may be larger than the heap.
///
/// Source: RFC 9106.
final class Argon2 {
    /// The most characters of a stored password: `$argon2id$v=19$m=65536,t=3,p=4$`, salt and hash.
    static final int LONGEST = 97;

    static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;

    private static final int VERSION = 0x13;
    private static final int ARGON2ID = 2;
    private static final int SLICES = 4;

    /// Numbers of a block, which has 1 KiB.
    private static final int WORDS = 128;

    /// What a hash takes.
    ///
    /// @param memory in KiB, 8 for each lane to 65,536
    /// @param passes over the memory, 1 to 9
    /// @param lanes 1 to 9
    record Cost(int memory, int passes, int lanes) {
        /// The second choice of OWASP's Password Storage Cheat Sheet, and the first that needs less
        /// than 32 MiB.
        static final Cost USUAL = new Cost(19_456, 2, 1);

        private static final int LARGEST = 65_536;
        private static final byte[] BEGIN = ascii("$argon2");
        private static final byte[] MEMORY = ascii("$m=");
        private static final byte[] PASSES = ascii(",t=");
        private static final byte[] LANES = ascii(",p=");

        /// The cost of a stored password of Argon2 in the PHC string format, if it is within the
        /// bounds.
        static Optional<Cost> of(byte[] text, int start, int length) {
            int end = start + length;
            if (find(text, start, end, BEGIN) != start) {
                return Optional.empty();
            }
            int memory = number(text, start, end, MEMORY, ',');
            int passes = number(text, start, end, PASSES, ',');
            int lanes = number(text, start, end, LANES, '$');
            boolean within =
                    lanes >= 1
                            && lanes <= 9
                            && passes >= 1
                            && passes <= 9
                            && memory >= 8 * lanes
                            && memory <= LARGEST;
            return within ? Optional.of(new Cost(memory, passes, lanes)) : Optional.empty();
        }

        /// The number between a name and what ends it; -1 if there is none.
        private static int number(byte[] text, int start, int end, byte[] name, char behind) {
            int found = find(text, start, end, name);
            int first = found + name.length;
            int number = 0;
            for (int at = first; found >= 0 && at < Math.min(end, first + 6); at++) {
                if (text[at] == behind && at > first) {
                    return number;
                }
                if (text[at] < '0' || text[at] > '9') {
                    return -1;
                }
                number = 10 * number + text[at] - '0';
            }
            return -1;
        }

        private static int find(byte[] text, int start, int end, byte[] name) {
            for (int at = start; at + name.length <= end; at++) {
                if (Arrays.equals(text, at, at + name.length, name, 0, name.length)) {
                    return at;
                }
            }
            return -1;
        }

        private static byte[] ascii(String text) {
            return text.getBytes(StandardCharsets.US_ASCII);
        }
    }

    private final Cost cost;
    private final int laneBlocks;
    private final int segment;
    private final MemorySegment memory;

    private final long[] made = new long[WORDS];
    private final long[] mixed = new long[WORDS];
    private final long[] addresses = new long[WORDS];
    private final long[] counter = new long[WORDS];

    private Argon2(Cost cost, Arena arena) {
        this.cost = cost;
        segment = cost.memory / (SLICES * cost.lanes);
        laneBlocks = SLICES * segment;
        memory = arena.allocate(8L * WORDS * laneBlocks * cost.lanes, 8);
    }

    /// The stored password: `$argon2id$v=19$`, cost, salt and hash.
    static String hash(String password, byte[] salt, Cost cost) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        byte[] hash = tag(bytes, salt, new byte[0], new byte[0], cost, HASH_BYTES);
        var base64 = Base64.getEncoder().withoutPadding();
        return "$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s"
                .formatted(
                        VERSION,
                        cost.memory,
                        cost.passes,
                        cost.lanes,
                        base64.encodeToString(salt),
                        base64.encodeToString(hash));
    }

    /// The hash alone, of any size.
    ///
    /// @param secret of whoever hashes, and `about` what else goes in; both may be empty
    static byte[] tag(
            byte[] password, byte[] salt, byte[] secret, byte[] about, Cost cost, int size) {
        byte[] message =
                new byte[40 + password.length + salt.length + secret.length + about.length];
        ByteBuffer rest =
                put(message, cost.lanes, size, cost.memory, cost.passes, VERSION, ARGON2ID);
        for (byte[] each : new byte[][] {password, salt, secret, about}) {
            rest.putInt(each.length).put(each);
        }
        try (Arena arena = Arena.ofConfined()) {
            Argon2 argon = new Argon2(cost, arena);
            argon.begin(Blake2b.hash(message, 64));
            for (int pass = 0; pass < cost.passes; pass++) {
                for (int slice = 0; slice < SLICES; slice++) {
                    for (int lane = 0; lane < cost.lanes; lane++) {
                        argon.fill(pass, slice, lane);
                    }
                }
            }
            return argon.end(size);
        }
    }

    /// Puts numbers at a message's start; what comes behind them is to be put to the result.
    private static ByteBuffer put(byte[] message, int... numbers) {
        ByteBuffer rest = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        for (int each : numbers) {
            rest.putInt(each);
        }
        return rest;
    }

    private void begin(byte[] hash) {
        byte[] seed = Arrays.copyOf(hash, hash.length + 8);
        for (int lane = 0; lane < cost.lanes; lane++) {
            for (int i = 0; i < 2; i++) {
                Blake2b.INT.set(seed, hash.length, i);
                Blake2b.INT.set(seed, hash.length + 4, lane);
                byte[] block = longHash(seed, 8 * WORDS);
                for (int word = 0; word < WORDS; word++) {
                    long number = (long) Blake2b.LONG.get(block, 8 * word);
                    memory.setAtIndex(
                            ValueLayout.JAVA_LONG, first(lane * laneBlocks + i) + word, number);
                }
            }
        }
    }

    private byte[] end(int size) {
        byte[] block = new byte[8 * WORDS];
        for (int word = 0; word < WORDS; word++) {
            long number = 0;
            for (int lane = 1; lane <= cost.lanes; lane++) {
                number ^= word(first(lane * laneBlocks - 1) + word);
            }
            Blake2b.LONG.set(block, 8 * word, number);
        }
        return longHash(block, size);
    }

    /// The standard's H': a hash of any size.
    private static byte[] longHash(byte[] message, int size) {
        byte[] sized = new byte[4 + message.length];
        put(sized, size).put(message);
        if (size <= 64) {
            return Blake2b.hash(sized, size);
        }
        byte[] whole = new byte[size];
        byte[] piece = Blake2b.hash(sized, 64);
        int at = 0;
        for (; size - at > 64; at += 32) {
            System.arraycopy(piece, 0, whole, at, 32);
            piece = Blake2b.hash(piece, Math.min(64, size - at - 32));
        }
        System.arraycopy(piece, 0, whole, at, size - at);
        return whole;
    }

    private void fill(int pass, int slice, int lane) {
        boolean addressed = pass == 0 && slice < SLICES / 2;
        if (addressed) {
            Arrays.fill(counter, 0);
            counter[0] = pass;
            counter[1] = lane;
            counter[2] = slice;
            counter[3] = (long) laneBlocks * cost.lanes;
            counter[4] = cost.passes;
            counter[5] = ARGON2ID;
            nextAddresses();
        }
        for (int i = pass == 0 && slice == 0 ? 2 : 0; i < segment; i++) {
            if (addressed && i > 0 && i % WORDS == 0) {
                nextAddresses();
            }
            int at = slice * segment + i;
            int before = lane * laneBlocks + (at == 0 ? laneBlocks : at) - 1;
            long random = addressed ? addresses[i % WORDS] : word(first(before));
            int other = other(pass, slice, lane, i, random);
            for (int word = 0; word < WORDS; word++) {
                made[word] = word(first(before) + word) ^ word(first(other) + word);
            }
            mix();
            long to = first(lane * laneBlocks + at);
            for (int word = 0; word < WORDS; word++) {
                long old = pass == 0 ? 0 : word(to + word);
                memory.setAtIndex(ValueLayout.JAVA_LONG, to + word, old ^ made[word]);
            }
        }
    }

    /// Which block goes in beside the one before.
    private int other(int pass, int slice, int lane, int i, long random) {
        int otherLane =
                pass == 0 && slice == 0
                        ? lane
                        : (int) Long.remainderUnsigned(random >>> 32, cost.lanes);
        int whole = pass == 0 ? slice * segment : laneBlocks - segment;
        int blocks = otherLane == lane ? whole + i - 1 : whole - (i == 0 ? 1 : 0);
        long low = random & 0xFFFF_FFFFL;
        long square = (low * low) >>> 32;
        int back = (int) ((blocks * square) >>> 32);
        int begin = pass == 0 ? 0 : (slice + 1) % SLICES * segment;
        return otherLane * laneBlocks + (begin + blocks - 1 - back) % laneBlocks;
    }

    private void nextAddresses() {
        counter[6]++;
        System.arraycopy(counter, 0, made, 0, WORDS);
        mix();
        mix();
        System.arraycopy(made, 0, addresses, 0, WORDS);
    }

    /// The standard's G, of the exclusive or of its two blocks.
    private void mix() {
        System.arraycopy(made, 0, mixed, 0, WORDS);
        for (int row = 0; row < WORDS; row += 16) {
            permute(row, 2);
        }
        for (int column = 0; column < 16; column += 2) {
            permute(column, 16);
        }
        for (int word = 0; word < WORDS; word++) {
            made[word] ^= mixed[word];
        }
    }

    /// The standard's P: of pairs of numbers, `next` apart.
    private void permute(int at, int next) {
        for (int i = 0; i < 4; i++) {
            quarter(at, next, i, i, i, i);
        }
        for (int i = 0; i < 4; i++) {
            quarter(at, next, i, (i + 1) % 4, (i + 2) % 4, (i + 3) % 4);
        }
    }

    private void quarter(int at, int next, int i, int j, int k, int l) {
        int a = at + (i & 1) + (i >> 1) * next;
        int b = at + (j & 1) + (2 + (j >> 1)) * next;
        int c = at + (k & 1) + (4 + (k >> 1)) * next;
        int d = at + (l & 1) + (6 + (l >> 1)) * next;
        add(a, b);
        mixed[d] = Long.rotateRight(mixed[d] ^ mixed[a], 32);
        add(c, d);
        mixed[b] = Long.rotateRight(mixed[b] ^ mixed[c], 24);
        add(a, b);
        mixed[d] = Long.rotateRight(mixed[d] ^ mixed[a], 16);
        add(c, d);
        mixed[b] = Long.rotateRight(mixed[b] ^ mixed[c], 63);
    }

    private void add(int to, int other) {
        long low = (mixed[to] & 0xFFFF_FFFFL) * (mixed[other] & 0xFFFF_FFFFL);
        mixed[to] += mixed[other] + 2 * low;
    }

    private long word(long index) {
        return memory.getAtIndex(ValueLayout.JAVA_LONG, index);
    }

    private static long first(int block) {
        return (long) block * WORDS;
    }
}
