package midplane.blade.mgcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 3435 §2.1.5 and RFC 3660 §2.2, with the examples they give. */
class DigitMapTest {
    private static final String PLAN = "(0T|00T|[1-7]xxx|8xxxxxxx|#xxxxxxx|*xx|91xxxxxxxxxx|9011x.T)";

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                PLAN + ";0;CRITICAL",
                PLAN + ";0T;PERFECT",
                PLAN + ";00;CRITICAL",
                PLAN + ";000;IMPOSSIBLE",
                PLAN + ";123;PARTIAL",
                PLAN + ";1234;PERFECT",
                PLAN + ";12T;IMPOSSIBLE",
                PLAN + ";#1234567;PERFECT",
                PLAN + ";*12;PERFECT",
                PLAN + ";9;PARTIAL",
                PLAN + ";912345678901;PERFECT",
                PLAN + ";9011;CRITICAL",
                PLAN + ";901144207946;CRITICAL",
                PLAN + ";901144207946T;PERFECT",
                "(xxxxxxx|x11);41;PARTIAL",
                "(xxxxxxx|x11);411;PERFECT",
                "(0[12].|00|1[12].1|2x.#);0;PERFECT",
                "(0[12].|00|1[12].1|2x.#);1;PARTIAL",
                "(0[12].|00|1[12].1|2x.#);12;PARTIAL",
                "(0[12].|00|1[12].1|2x.#);11;PERFECT",
                "(0[12].|00|1[12].1|2x.#);121;PERFECT",
                "(0[12].|00|1[12].1|2x.#);2345;PARTIAL",
                "(0[12].|00|1[12].1|2x.#);2345#;PERFECT",
                "(0[12].|00|1[12].1|2x.#);2#;PERFECT",
                "(xxxxxxx|x11T);411;CRITICAL",
                "(1[2-3T].);1;PERFECT",
                "(1[2-3].T);1;CRITICAL",
                "(1[2-3]T.);1;PARTIAL",
                "(1[2-3]T.);12;PERFECT",
                "(ab|A[c-D]);ad;PERFECT",
                "5xxx;5;PARTIAL",
                "5xxx;6;IMPOSSIBLE",
                "xxxx;123*;IMPOSSIBLE",
            })
    void shouldMatch(final String map, final String dialled, final DigitMap.Match match) throws Refusal {
        final DigitMap digitMap = DigitMap.of(map);
        for (int round = 0; round < 2; round++) {
            DigitMap.Match last = null;
            for (final char c : dialled.toCharArray()) {
                last = digitMap.dial(c);
            }
            assertEquals(match, last);
            digitMap.reset();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "(;510",
                "();510",
                "(12|);510",
                "(|12);510",
                "(.12);510",
                "(1..);510",
                "([);510",
                "([]);510",
                "(1[2);510",
                "(1!2);510",
                "(1Q2);537",
                "([9-1]);510",
                "([A-9]);510",
                "([1-A]);510",
            })
    void shouldRefuse(final String map, final int code) {
        assertEquals(code, assertThrows(Refusal.class, () -> DigitMap.of(map)).code());
    }

    @Test
    void shouldRefuseWhatIsTooLong() throws Refusal {
        DigitMap.of("x".repeat(DigitMap.LENGTH_MAX));
        assertEquals(
                502,
                assertThrows(Refusal.class, () -> DigitMap.of("x".repeat(DigitMap.LENGTH_MAX + 1)))
                        .code());
    }

    /** All positions at once, and every symbol moves all of them: no more steps than elements. */
    @Test
    void shouldNotSlowDownWhereABacktrackerWould() throws Refusal {
        final DigitMap map = DigitMap.of("x.".repeat(1500) + "#");
        for (int i = 0; i < 60; i++) {
            assertEquals(DigitMap.Match.PARTIAL, map.dial('1'));
        }
        assertEquals(DigitMap.Match.PERFECT, map.dial('#'));
    }

    @Test
    void shouldReadMegacosSpelling() throws Refusal {
        final DigitMap map = DigitMap.of("(Exx|FxL)", true);
        map.dial('#');
        assertEquals(DigitMap.Match.CRITICAL, map.dial('1'));
        map.reset();
        map.dial('*');
        map.dial('1');
        assertEquals(DigitMap.Match.PERFECT, map.dial('2'));
    }
}
