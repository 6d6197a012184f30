package midplane.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;
import org.opentest4j.TestAbortedException;

class ForeignProgramTest {
    @TempDir
    private Path directory;

    @Test
    void shouldFindWhatIsExecutable() throws IOException {
        final Path program = Files.createFile(directory.resolve("program"));
        final String searchPath = "/nowhere" + File.pathSeparator + File.pathSeparator + directory;
        assertNull(ForeignProgram.find("program", searchPath), "a file is no program yet");
        program.toFile().setExecutable(true);
        assertEquals(program, ForeignProgram.find("program", searchPath));
        assertNull(ForeignProgram.find("other", searchPath));
    }

    @Test
    void shouldSkipWhereAProgramMayBeMissingAndFailWhereItMayNot() {
        assertThrows(
                TestAbortedException.class,
                () -> ForeignProgram.unavailable("no-such-program (this is a test of the test)", false));
        assertThrows(
                AssertionFailedError.class,
                () -> ForeignProgram.unavailable("no-such-program (this is a test of the test)", true));
    }
}
