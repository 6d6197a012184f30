package midplane.blade;

import midplane.shelf.Blade;
import midplane.shelf.BladeFactory;
import midplane.shelf.Slot;

/** Makes processor blades; found by {@link java.util.ServiceLoader}. */
public final class ProcessorBladeFactory implements BladeFactory {
    @Override
    public Blade create(final Slot slot) {
        return new ProcessorBlade(slot);
    }
}
