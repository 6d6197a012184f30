package midplane.blade.sip;

import midplane.blade.media.Conference;
import midplane.blade.media.Echo;
import midplane.blade.media.MediaService;
import midplane.shelf.LoadSettings;
import midplane.signalling.sdp.SdpAnswer;
import org.jspecify.annotations.Nullable;

/** What a session costs its blade, in units, by service and codec. */
final class SessionCost {
    private final LoadSettings settings;

    SessionCost(final LoadSettings settings) {
        this.settings = settings;
    }

    /** One leg of a service; where no codec is agreed to yet, in the dearest. */
    int units(final MediaService service, final @Nullable SdpAnswer agreed) {
        final int leg = service instanceof Echo
                ? settings.echoUnits()
                : service instanceof Conference ? settings.conferenceLegUnits() : settings.announcementUnits();
        final int percent = agreed == null
                ? Math.max(settings.pcmuPercent(), settings.pcmaPercent())
                : switch (agreed.codec()) {
                    case PCMU -> settings.pcmuPercent();
                    case PCMA -> settings.pcmaPercent();
                };
        return LoadSettings.units(leg, percent);
    }
}
