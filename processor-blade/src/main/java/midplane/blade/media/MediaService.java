package midplane.blade.media;

/** What a session is for. */
public sealed interface MediaService permits Announcement, Conference, Echo, Silence {}
