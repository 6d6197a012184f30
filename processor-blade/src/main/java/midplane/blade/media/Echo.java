package midplane.blade.media;

/** Sends the caller's own audio back to him, so that he hears himself. Ends when the caller does. */
public record Echo() implements MediaService {}
