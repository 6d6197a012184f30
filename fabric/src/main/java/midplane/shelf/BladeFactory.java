package midplane.shelf;

/** Found by {@link java.util.ServiceLoader}. Creating a blade sends, binds and starts nothing. */
public interface BladeFactory {
    Blade create(Slot slot);
}
