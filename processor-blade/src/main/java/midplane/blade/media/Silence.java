package midplane.blade.media;

/** Nothing to say until somebody plays something into the session. */
public record Silence() implements MediaService {}
