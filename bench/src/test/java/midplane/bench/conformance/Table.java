package midplane.bench.conformance;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Obligations and evidence, joined: a row for each requirement that either names. */
final class Table {
    private static final String HEAD =
            "Written by the build: tests say by `@Conforms` what they prove, and this is how they ended.";

    private final Map<Requirement, Row> rows = new TreeMap<>();

    /** What is known of one requirement. */
    private static final class Row {
        private final List<Evidence> evidence = new ArrayList<>();
        private String title = "";
        private boolean isDue;
        private boolean isOpen;

        boolean isProven() {
            return evidence.stream().anyMatch(Evidence::isProof)
                    && evidence.stream().noneMatch(test -> test.failed() > 0);
        }

        String result() {
            if (isProven()) {
                return "passed";
            }
            return evidence.isEmpty()
                    ? isOpen ? "not yet" : "NO TEST"
                    : evidence.stream().anyMatch(test -> test.failed() > 0) ? "FAILED" : "skipped";
        }
    }

    Table(final List<Obligation> obligations, final List<Evidence> evidence) {
        for (final Obligation obligation : obligations) {
            final Row row = row(obligation.requirement());
            row.title = obligation.title();
            row.isDue = !obligation.isOpen();
            row.isOpen = obligation.isOpen();
        }
        for (final Evidence each : evidence) {
            row(each.requirement()).evidence.add(each);
        }
    }

    private Row row(final Requirement requirement) {
        return rows.computeIfAbsent(requirement, key -> new Row());
    }

    /** Why this build does not conform; empty when it does. */
    List<String> faults() {
        final List<String> faults = new ArrayList<>();
        rows.forEach((requirement, row) -> {
            if (!requirement.isWellFormed()) {
                faults.add(
                        "'" + requirement.name() + "' is no section and no row: write it like RFC 3261 §8.2.2.2 or S4; "
                                + row.evidence.stream().map(Evidence::test).toList());
            } else if (row.isDue && !row.isProven()) {
                faults.add(requirement.name() + ", " + row.title + ": " + row.result() + ", where a test must pass; "
                        + row.evidence.stream().map(Evidence::test).toList());
            }
        });
        return faults;
    }

    /** How it stands, in one line. */
    String summary() {
        final long due = rows.values().stream().filter(row -> row.isDue).count();
        final long kept = rows.values().stream()
                .filter(row -> row.isDue && row.isProven())
                .count();
        final long tests = rows.values().stream()
                .flatMap(row -> row.evidence.stream())
                .map(Evidence::test)
                .distinct()
                .count();
        return kept + " of " + due + " obligations proven, " + rows.size() + " rows, " + tests + " tests.";
    }

    String markdown() {
        final StringBuilder text = new StringBuilder("# Conformance\n\n" + HEAD + " " + summary() + "\n");
        String group = "";
        for (final Map.Entry<Requirement, Row> entry : rows.entrySet()) {
            final Row row = entry.getValue();
            if (!group.equals(entry.getKey().group())) {
                group = entry.getKey().group();
                text.append("\n## ")
                        .append(group)
                        .append("\n\n| Section | Says | Tests | Result |\n|---|---|---|---|\n");
            }
            text.append("| ")
                    .append(entry.getKey().name())
                    .append(" | ")
                    .append(row.title.replace("|", "\\|"))
                    .append(" | ");
            text.append(row.evidence.stream()
                    .map(test -> '`' + test.shortTest() + "` " + test.result())
                    .collect(Collectors.joining("<br>")));
            text.append(" | ").append(row.result()).append(" |\n");
        }
        return text.toString();
    }

    String html() {
        final StringBuilder text = new StringBuilder("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
                + "<title>Midplane: conformance</title><style>body{font-family:sans-serif;margin:2em}"
                + "table{border-collapse:collapse;width:100%}td,th{border:1px solid #bbb;padding:.3em;text-align:left;"
                + "vertical-align:top}code{font-size:90%}.passed{background:#dfd}.bad{background:#fbb}.open{background:#eee}"
                + "</style></head><body><h1>Conformance</h1>\n");
        text.append("<p>")
                .append(escape(HEAD.replace("`", "")))
                .append(' ')
                .append(summary())
                .append("</p>\n");
        String group = "";
        for (final Map.Entry<Requirement, Row> entry : rows.entrySet()) {
            final Row row = entry.getValue();
            if (!group.equals(entry.getKey().group())) {
                text.append(group.isEmpty() ? "" : "</table>\n");
                group = entry.getKey().group();
                text.append("<h2>")
                        .append(escape(group))
                        .append("</h2>\n<table><tr><th>Section</th><th>Says</th>"
                                + "<th>Tests</th><th>Result</th></tr>\n");
            }
            final String look = row.isProven() ? "passed" : row.isDue ? "bad" : "open";
            text.append("<tr><td>")
                    .append(escape(entry.getKey().name()))
                    .append("</td><td>")
                    .append(escape(row.title))
                    .append("</td><td>");
            text.append(row.evidence.stream()
                    .map(test -> "<code title=\"" + escape(test.test()) + "\">" + escape(test.shortTest()) + "</code> "
                            + test.result())
                    .collect(Collectors.joining("<br>")));
            text.append("</td><td class=\"")
                    .append(look)
                    .append("\">")
                    .append(row.result())
                    .append("</td></tr>\n");
        }
        return text.append(group.isEmpty() ? "" : "</table>\n")
                .append("</body></html>\n")
                .toString();
    }

    private static String escape(final String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
