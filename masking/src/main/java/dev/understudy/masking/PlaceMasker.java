package dev.understudy.masking;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Writes one part of a place that region and city of the row choose, or its postcode where it has
/// neither. The maskers of all parts of a row choose by the same values among the same places, so
/// they choose the same one: a city of the country that the row's country becomes, or of any where
/// that is no country of the dictionary. It is another one than the city that stands there.
final class PlaceMasker extends RowAwareMasker {
    private static final byte SEPARATOR = 0x1F;
    private static final Part[] PARTS = Part.values();

    /// What a rule writes.
    enum Part {
        CITY("city"),
        REGION("region"),
        POSTCODE("postcode");

        /// As rules call it.
        final String word;

        Part(String word) {
            this.word = word;
        }

        static Optional<Part> of(String word) {
            return Stream.of(values()).filter(each -> each.word.equals(word)).findFirst();
        }
    }

    /// The columns of a row that make its place.
    ///
    /// @param parts this rule's own column and those that it reads
    /// @param country what tells the country, null if nothing does
    record Row(Map<Part, ColumnProfile> parts, @Nullable ColumnProfile country) {
        int longest(Part part) {
            ColumnProfile column = parts.get(part);
            return column == null ? Integer.MAX_VALUE : Declarations.longest(column);
        }
    }

    private final Part part;
    private final int maxLength;
    private final Map<Part, ReadColumn> columns = new EnumMap<>(Part.class);
    private final @Nullable ReadColumn country;
    private final int otherwise;
    private final Cmac cmac;

    /// Places of each country that fit all columns, one country's behind the other's.
    private final Places.City[] cities;

    private final int[] starts;

    private final MaskedValues keys = new MaskedValues();
    private final ColumnValues keyView = new ColumnValues();
    private final MaskedValues longKeys = new MaskedValues();
    private final ColumnValues longKeyView = new ColumnValues();
    private final long[] high = new long[Cmac.BATCH];
    private final long[] low = new long[Cmac.BATCH];
    private final long[] longHigh = new long[Cmac.BATCH];
    private final long[] longLow = new long[Cmac.BATCH];

    /// @param otherwise the country of rows that tell none, or {@link Spellings#UNKNOWN}
    PlaceMasker(Part part, Row row, int otherwise, Cmac cmac) {
        this.part = part;
        this.maxLength = row.longest(part);
        this.otherwise = otherwise;
        this.cmac = cmac;
        row.parts.forEach((each, column) -> columns.put(each, new ReadColumn(column)));
        country = row.country == null ? null : new ReadColumn(row.country);
        List<Places.City> fitting = new ArrayList<>();
        starts = new int[Places.countries().size() + 1];
        for (int i = 0; i < starts.length - 1; i++) {
            starts[i] = fitting.size();
            Places.Country each = Places.countries().get(i);
            Places.cities().subList(each.from, each.to).stream()
                    .filter(city -> fits(city, row))
                    .forEach(fitting::add);
        }
        starts[starts.length - 1] = fitting.size();
        cities = fitting.toArray(Places.City[]::new);
    }

    /// How many places fit the columns.
    static long count(Row row) {
        return Places.cities().stream().filter(each -> fits(each, row)).count();
    }

    private static boolean fits(Places.City city, Row row) {
        int region = row.longest(Part.REGION);
        return characters(city.name) <= row.longest(Part.CITY)
                && (characters(city.region) <= region
                        || (city.code.length > 0 && city.code.length <= region))
                && city.postcode.length <= row.longest(Part.POSTCODE);
    }

    private static int characters(byte[] text) {
        return Bytes.characters(text, 0, text.length);
    }

    @Override
    public void mask(ColumnValues in, RowContext row, MaskedValues out) {
        read(in, row);
        putKeys(in.count());
        for (int from = 0; from < in.count(); from += Cmac.BATCH) {
            int count = Math.min(Cmac.BATCH, in.count() - from);
            cmac.tags(keyView, from, count, high, low);
            if (part == Part.POSTCODE) {
                cmac.tags(longKeyView, from, count, longHigh, longLow);
            }
            for (int i = 0; i < count; i++) {
                if (in.isNull(from + i)) {
                    out.appendNull();
                } else if (in.length(from + i) == 0) {
                    out.commit(0);
                } else {
                    write(in, from + i, city(from + i, high[i]), longHigh[i], out);
                }
            }
        }
    }

    private void read(ColumnValues in, RowContext row) {
        int next = 0;
        for (Part each : PARTS) {
            ReadColumn column = columns.get(each);
            if (column != null) {
                column.read(each == part ? in : row.original(next++));
            }
        }
        if (country != null) {
            country.read(row.masked(next));
        }
    }

    private void putKeys(int rows) {
        keys.resetAndTrim();
        longKeys.resetAndTrim();
        for (int i = 0; i < rows; i++) {
            int length = put(Part.REGION, i, 0, keys);
            keys.reserve(length + 1)[keys.position() + length++] = SEPARATOR;
            length += put(Part.CITY, i, length, keys);
            if (length == 1) {
                length += put(Part.POSTCODE, i, length, keys);
            }
            keys.commit(length);
            if (part == Part.POSTCODE) {
                byte[] to = longKeys.reserve(length + 1);
                System.arraycopy(keys.bytes(), keys.start(i), to, longKeys.position(), length);
                to[longKeys.position() + length] = SEPARATOR;
                length += 1 + put(Part.POSTCODE, i, length + 1, longKeys);
                longKeys.commit(length);
            }
        }
        keys.view(keyView);
        longKeys.view(longKeyView);
    }

    private int put(Part each, int row, int length, MaskedValues text) {
        ReadColumn column = columns.get(each);
        return column == null ? 0 : column.put(row, text, length);
    }

    private Places.City city(int row, long tag) {
        int known = otherwise;
        if (country != null) {
            int told =
                    Places.spellings().of(country.bytes(), country.start(row), country.length(row));
            known = told == Spellings.UNKNOWN ? otherwise : told;
        }
        int from = known == Spellings.UNKNOWN ? 0 : starts[known];
        int to = known == Spellings.UNKNOWN ? cities.length : starts[known + 1];
        if (from == to) { // none of the country fits the columns
            from = 0;
            to = cities.length;
        }
        int index = from + Bytes.pick(tag, to - from);
        return stands(cities[index], row)
                ? cities[index + 1 < to ? index + 1 : from]
                : cities[index];
    }

    private boolean stands(Places.City city, int row) {
        ReadColumn column = columns.get(Part.CITY);
        if (column == null) {
            return false;
        }
        int start = column.start(row);
        int end = start + column.length(row);
        return Spellings.equal(city.name, 0, city.name.length, column.bytes(), start, end);
    }

    private void write(ColumnValues in, int row, Places.City city, long hash, MaskedValues out) {
        switch (part) {
            case CITY -> out.append(city.name, 0, city.name.length);
            case REGION -> {
                boolean code =
                        city.code.length > 0
                                && (in.length(row) <= 3 || characters(city.region) > maxLength);
                byte[] region = code ? city.code : city.region;
                out.append(region, 0, region.length);
            }
            case POSTCODE -> {
                byte[] to = out.reserve(city.postcode.length);
                int end = Places.putPostcode(city.postcode, hash, to, out.position());
                out.commit(end - out.position());
            }
        }
    }
}
