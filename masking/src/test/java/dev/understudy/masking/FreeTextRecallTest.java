package dev.understudy.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

/// How much of what people labelled as telling of a person is gone from their notes: prints a table
/// by kind. The notes are not part of the project; give a dump as `-Dphi.notes=notes.sql.gz`, with
/// `COPY` of `notes.document` (doc_id, source, lang, annotation, body) and `notes.phi_span`
/// (doc_id, n, phi_type, start_pos, end_pos, surface).
final class FreeTextRecallTest {
    /// What the row of a note's subject would hold.
    private static final Set<String> OF_SUBJECT =
            Set.of("NAME", "PERSON", "NOMBRE_SUJETO_ASISTENCIA", "ID_SUJETO_ASISTENCIA");

    /// Kinds that a pattern recognises by themselves.
    private static final Set<String> PATTERNS =
            Set.of("EMAIL_ADDRESS", "CORREO_ELECTRONICO", "IP_ADDRESS", "IBAN_CODE", "US_SSN");

    private static final int SUBJECT_COLUMNS = 2;

    private record Span(String kind, String surface) {}

    private static final class Note {
        private String source = "";
        private String body = "";
        private final List<Span> spans = new ArrayList<>();

        /// The first name and the first number of the subject.
        List<String> subject() {
            Map<Boolean, String> first = new HashMap<>();
            for (Span each : spans) {
                if (OF_SUBJECT.contains(each.kind)) {
                    first.putIfAbsent(each.kind.startsWith("ID"), each.surface);
                }
            }
            return List.of(first.getOrDefault(false, ""), first.getOrDefault(true, ""));
        }
    }

    private static final class Count {
        private int all;
        private int gone;
        private int goneWithSubject;
    }

    @Test
    void mostOfWhatTellsOfAPersonIsGone() throws IOException {
        Path dump = Path.of(System.getProperty("phi.notes", "no-notes"));
        assumeTrue(Files.exists(dump), "-Dphi.notes names no dump");
        Map<String, Count> counts = new TreeMap<>();
        int words = 0;
        int keptWords = 0;
        for (Note note : read(dump)) {
            String alone = mask(note, false);
            String withSubject = mask(note, true);
            for (Span span : note.spans) {
                Count count =
                        counts.computeIfAbsent(note.source + " " + span.kind, _ -> new Count());
                count.all++;
                count.gone += alone.contains(span.surface) ? 0 : 1;
                count.goneWithSubject += withSubject.contains(span.surface) ? 0 : 1;
            }
            String rest = note.body;
            for (Span span : note.spans) {
                rest = rest.replace(span.surface, " ");
            }
            for (String word : rest.split("[^\\p{L}]+")) {
                words += word.length() > 2 ? 1 : 0;
                keptWords += word.length() > 2 && withSubject.contains(word) ? 1 : 0;
            }
        }
        System.out.printf("%-50s %6s %6s %12s%n", "kind", "spans", "gone", "with subject");
        counts.forEach((kind, count) ->
                System.out.printf(
                        Locale.ROOT,
                        "%-50s %6d %5.1f%% %11.1f%%%n",
                        kind,
                        count.all,
                        100.0 * count.gone / count.all,
                        100.0 * count.goneWithSubject / count.all));
        System.out.printf(
                Locale.ROOT, "other words that stay: %.1f%%%n", 100.0 * keptWords / words);
        counts.forEach((kind, count) -> {
            if (PATTERNS.contains(kind.substring(kind.indexOf(' ') + 1))) {
                assertThat(count.gone).as(kind).isGreaterThan(count.all * 9 / 10);
            }
        });
    }

    private static String mask(Note note, boolean withSubject) {
        ColumnProfile column = Columns.text();
        var masker = new FreeTextMasker(Integer.MAX_VALUE, column, Columns.KEYS, "free-text");
        var row = new RowContext(withSubject ? SUBJECT_COLUMNS : 0);
        for (int i = 0; i < row.columns(); i++) {
            row.set(i, one(note.subject().get(i)), one("Somebody Else"));
        }
        var out = new MaskedValues();
        masker.mask(one(note.body), row, out);
        return new String(out.bytes(), 0, out.length(0), StandardCharsets.UTF_8);
    }

    private static ColumnValues one(String text) {
        byte[] bytes = Columns.utf8(text);
        var values = new ColumnValues();
        values.reset(bytes, 1);
        values.add(0, bytes.length);
        return values;
    }

    private static Iterable<Note> read(Path dump) throws IOException {
        Map<String, Note> notes = new LinkedHashMap<>();
        try (var in =
                new BufferedReader(
                        new InputStreamReader(
                                new GZIPInputStream(Files.newInputStream(dump)),
                                StandardCharsets.UTF_8))) {
            String table = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("COPY ")) {
                    table = line.split(" ", 3)[1];
                } else if (line.equals("\\.")) {
                    table = "";
                } else if (table.equals("notes.document")) {
                    String[] fields = fields(line);
                    var note = notes.computeIfAbsent(fields[0], _ -> new Note());
                    note.source = fields[1];
                    note.body = fields[4];
                } else if (table.equals("notes.phi_span")) {
                    String[] fields = fields(line);
                    notes.computeIfAbsent(fields[0], _ -> new Note())
                            .spans
                            .add(new Span(fields[2], fields[5]));
                }
            }
        }
        return notes.values();
    }

    /// A line of COPY's text format.
    private static String[] fields(String line) {
        String[] fields = line.split("\t", -1);
        for (int i = 0; i < fields.length; i++) {
            fields[i] =
                    fields[i]
                            .replace("\\n", "\n")
                            .replace("\\t", "\t")
                            .replace("\\r", "\r")
                            .replace("\\\\", "\\");
        }
        return fields;
    }
}
