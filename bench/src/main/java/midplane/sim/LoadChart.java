package midplane.sim;

import java.util.List;
import java.util.Locale;

/** Draws series of load per blade, one above the other on the same scale, as SVG. */
final class LoadChart {
    /** One picture: its title and what it shows. */
    record Panel(String title, LoadSeries series) {}

    private static final int WIDTH = 960;
    private static final int PANEL_HEIGHT = 300;
    private static final int LEFT = 72;
    private static final int RIGHT = 28;
    private static final int TOP = 64;
    private static final int PANEL_TOP = 44;
    private static final int PANEL_BOTTOM = 40;
    private static final int LEGEND_STEP = 92;
    private static final double BAND = 0.05;
    private static final int TICKS = 5;

    /** Told apart by colour-blind eyes too; more blades than colours begin again. */
    private static final List<String> COLOURS =
            List.of("#2a78d6", "#eb6834", "#1baf7a", "#eda100", "#e87ba4", "#008300", "#4a3aa7", "#e34948");

    private static final String INK = "#1f2328";
    private static final String MUTED = "#656d76";
    private static final String GRID = "#e4e7eb";

    private final StringBuilder svg = new StringBuilder();
    private final double unitsMax;
    private final int secondsMax;

    private LoadChart(final List<Panel> panels) {
        double units = 1;
        int seconds = 1;
        for (final Panel panel : panels) {
            seconds = Math.max(seconds, panel.series().seconds());
            for (int second = 0; second < panel.series().seconds(); second++) {
                for (final long each : panel.series().at(second)) {
                    units = Math.max(units, (double) each);
                }
            }
        }
        unitsMax = niceAbove(units);
        secondsMax = seconds;
    }

    /**
     * Draws.
     *
     * @param heading above all panels.
     * @return the text of an SVG file.
     */
    static String draw(final String heading, final List<Panel> panels) {
        final LoadChart chart = new LoadChart(panels);
        final int height = TOP + panels.size() * PANEL_HEIGHT;
        chart.svg.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\""
                        + " font-family=\"sans-serif\">%n",
                WIDTH,
                height,
                WIDTH,
                height));
        chart.svg.append(
                String.format(Locale.ROOT, "<rect width=\"%d\" height=\"%d\" fill=\"#ffffff\"/>%n", WIDTH, height));
        chart.text(LEFT, 26, "start", 16, INK, "bold", heading);
        chart.legend(panels.get(0).series().at(0).length);
        for (int i = 0; i < panels.size(); i++) {
            chart.panel(panels.get(i), TOP + i * PANEL_HEIGHT);
        }
        return chart.svg.append("</svg>\n").toString();
    }

    private void legend(final int blades) {
        for (int blade = 0; blade < Math.min(blades, COLOURS.size()); blade++) {
            final int x = LEFT + blade * LEGEND_STEP;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"48\" x2=\"%d\" y2=\"48\" stroke=\"%s\" stroke-width=\"3\"/>%n",
                    x,
                    x + 18,
                    COLOURS.get(blade)));
            text(x + 24, 52, "start", 12, MUTED, "normal", "blade " + blade);
        }
    }

    private void panel(final Panel panel, final int top) {
        final LoadSeries series = panel.series();
        text(LEFT, top + 26, "start", 13, INK, "bold", panel.title());
        for (int tick = 0; tick <= TICKS; tick++) {
            final double units = unitsMax * tick / TICKS;
            svg.append(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>%n",
                    LEFT,
                    y(top, units),
                    WIDTH - RIGHT,
                    y(top, units),
                    GRID));
            text(LEFT - 8, y(top, units) + 4, "end", 11, MUTED, "normal", String.format(Locale.ROOT, "%,.0f", units));
        }
        for (int second = 0; second <= secondsMax; second += niceStep()) {
            text(x(second), y(top, 0) + 18, "middle", 11, MUTED, "normal", second + " s");
        }
        text(LEFT - 56, top + PANEL_TOP - 6, "start", 11, MUTED, "normal", "units");
        band(series, top);
        for (int blade = 0; blade < series.at(0).length; blade++) {
            line(series, top, blade);
        }
    }

    /** A twentieth above and below the mean, from the second on in which it is asked for. */
    private void band(final LoadSeries series, final int top) {
        if (series.firstMeasured() == series.seconds()) {
            return;
        }
        svg.append("<path fill=\"#8c959f\" fill-opacity=\"0.25\" d=\"");
        for (int second = series.firstMeasured(); second < series.seconds(); second++) {
            point(second == series.firstMeasured() ? 'M' : 'L', second, y(top, series.mean(second) * (1 + BAND)));
        }
        for (int second = series.seconds() - 1; second >= series.firstMeasured(); second--) {
            point('L', second, y(top, series.mean(second) * (1 - BAND)));
        }
        svg.append(String.format(Locale.ROOT, "Z\"/>%n"));
    }

    private void line(final LoadSeries series, final int top, final int blade) {
        svg.append(String.format(
                Locale.ROOT,
                "<path fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\" stroke-linejoin=\"round\" d=\"",
                COLOURS.get(blade % COLOURS.size())));
        for (int second = 0; second < series.seconds(); second++) {
            point(second == 0 ? 'M' : 'L', second, y(top, (double) series.at(second)[blade]));
        }
        svg.append(String.format(Locale.ROOT, "\"/>%n"));
    }

    private void point(final char command, final int second, final double y) {
        svg.append(String.format(Locale.ROOT, "%c%.1f %.1f", command, x(second), y));
    }

    private double x(final int second) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (double) second / secondsMax;
    }

    private double y(final int top, final double units) {
        final int height = PANEL_HEIGHT - PANEL_TOP - PANEL_BOTTOM;
        return top + PANEL_TOP + height * (1 - units / unitsMax);
    }

    private int niceStep() {
        return secondsMax <= 30 ? 5 : secondsMax <= 60 ? 10 : secondsMax <= 180 ? 20 : secondsMax / 6;
    }

    private static double niceAbove(final double value) {
        final double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (final double step : new double[] {1, 2, 2.5, 3, 4, 5, 7.5}) {
            if (step * power >= value) {
                return step * power;
            }
        }
        return 10 * power;
    }

    private void text(
            final double x,
            final double y,
            final String anchor,
            final int size,
            final String colour,
            final String weight,
            final String text) {
        svg.append(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\" font-size=\"%d\" font-weight=\"%s\" fill=\"%s\">%s</text>%n",
                x,
                y,
                anchor,
                size,
                weight,
                colour,
                text.replace("&", "&amp;").replace("<", "&lt;")));
    }
}
