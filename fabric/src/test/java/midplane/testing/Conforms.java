package midplane.testing;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What a test is evidence for: a section of an RFC, spelled {@code RFC 3261 §8.2.2.2}, or a row of the wire contract,
 * spelled {@code S4}. On a class it counts for each of its tests. What came out is kept by {@link ConformanceRecorder}, and
 * becomes the conformance table of the build.
 */
@Documented
@Target({ElementType.METHOD, ElementType.TYPE})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ConformanceRecorder.class)
public @interface Conforms {
    /** Sections and rows. */
    String[] value();

    /** Whether each run of a parameterized test is also evidence for the section its name begins with. */
    boolean alsoWhatTheNameNames() default false;
}
