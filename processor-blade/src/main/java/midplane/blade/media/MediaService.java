package midplane.blade.media;

/** What a session is for, as RFC 4240 names it by the user part of the Request-URI. */
public sealed interface MediaService permits Announcement, Echo {}
