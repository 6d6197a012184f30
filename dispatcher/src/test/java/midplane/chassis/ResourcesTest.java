package midplane.chassis;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResourcesTest {
    @Test
    void shouldCloseTheLastFirstAndOnceAndGoOnAfterTrouble() {
        final List<String> closed = new ArrayList<>();
        final List<Throwable> troubles = new ArrayList<>();
        final Resources resources = new Resources();
        resources.add(() -> closed.add("socket"));
        resources.add(() -> {
            throw new IOException("disk");
        });
        resources.add(() -> closed.add("thread"));
        resources.close(troubles::add);
        resources.close(troubles::add);
        assertEquals(List.of("thread", "socket"), closed);
        assertEquals(1, troubles.size());
    }
}
