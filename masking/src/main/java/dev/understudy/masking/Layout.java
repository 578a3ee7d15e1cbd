package dev.understudy.masking;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One way to write a number that people carry: its fields from the first symbol to the last, one
/// of which may be a check. The fields but the check make the number's rank among all numbers of
/// the layout.
final class Layout {
    private static final Condition ANY = (symbols, at) -> true;

    private final Field[] fields;
    private final int[] places;

    /// How many values each field may take; 0 where what stands there decides.
    private final long[] sizes;

    private final int length;
    private final Condition condition;
    private final Field.@Nullable Check check;
    private int checkPlace;

    private Layout(List<Field> fields, Condition condition) {
        this.fields = fields.toArray(Field[]::new);
        this.places = new int[this.fields.length];
        this.sizes = new long[this.fields.length];
        this.condition = condition;
        Field.Check found = null;
        int place = 0;
        for (int i = 0; i < places.length; i++) {
            places[i] = place;
            sizes[i] =
                    this.fields[i] instanceof Field.Mixed ? 0 : this.fields[i].size(new byte[0], 0);
            if (this.fields[i] instanceof Field.Check each) {
                found = each;
                checkPlace = place;
            }
            place += this.fields[i].width();
        }
        this.check = found;
        this.length = place;
    }

    static Layout of(Field... fields) {
        return new Layout(List.of(fields), ANY);
    }

    /// The same, of such numbers only.
    Layout where(Condition given) {
        return new Layout(List.of(fields), given);
    }

    int length() {
        return length;
    }

    /// Reads the rank of a number and how many numbers there are.
    ///
    /// @return false if the symbols do not fit the layout
    boolean read(byte[] symbols, int at, Wide rank, Wide size) {
        rank.set(0, 0);
        size.set(0, 1);
        for (int i = 0; i < fields.length; i++) {
            long value = fields[i].read(symbols, at + places[i]);
            if (value < 0) {
                return false;
            }
            long values = size(i, symbols, at);
            if (values > 1) {
                rank.append(value, values);
                size.append(0, values);
            }
        }
        return size.fits() && condition.holds(symbols, at);
    }

    /// Writes the number of a rank over another number, without its check.
    ///
    /// @return false if there is no such number
    boolean write(Wide rank, byte[] symbols, int at) {
        for (int i = fields.length - 1; i >= 0; i--) {
            long values = size(i, symbols, at);
            if (values > 1) {
                fields[i].write(rank.takeLast(values), symbols, at + places[i]);
            }
        }
        return condition.holds(symbols, at);
    }

    private long size(int field, byte[] symbols, int at) {
        return sizes[field] > 0 ? sizes[field] : fields[field].size(symbols, at + places[field]);
    }

    /// The check that these symbols should have, 0 where there is none, or -1 if none is right.
    int check(byte[] symbols, int at) {
        return check == null ? 0 : check.algorithm().of(symbols, at, length);
    }

    /// How far the check that stands there is from another one.
    int checkOffset(int from, byte[] symbols, int at) {
        if (check == null) {
            return 0;
        }
        int given = (int) check.part().read(symbols, at + checkPlace);
        int size = (int) check.part().size(symbols, at + checkPlace);
        return Math.floorMod(given - from, size);
    }

    void writeCheck(int from, int offset, byte[] symbols, int at) {
        if (check != null) {
            int size = (int) check.part().size(symbols, at + checkPlace);
            check.part().write((from + offset) % size, symbols, at + checkPlace);
        }
    }

    /// Whether the place is one that a digit and a letter may take in turn.
    boolean mayChangeKind(int place) {
        return check != null
                && place >= checkPlace
                && place < checkPlace + check.width()
                && check.part() instanceof Field.Listed listed
                && listed.hasDigits();
    }

    /// What numbers of a layout must have in common beyond their fields.
    @FunctionalInterface
    interface Condition {
        boolean holds(byte[] symbols, int at);
    }
}
