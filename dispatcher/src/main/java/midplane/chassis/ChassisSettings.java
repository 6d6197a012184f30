package midplane.chassis;

import java.nio.file.Path;
import java.util.List;
import midplane.dispatcher.DispatcherSettings;
import midplane.shelf.AdmissionSettings;
import midplane.shelf.LoadSettings;
import midplane.shelf.MediaSettings;
import midplane.shelf.SipSettings;
import org.jspecify.annotations.Nullable;

/**
 * What a context concludes into: a record for each part, so that nobody carries everybody's settings.
 *
 * @param load by slot.
 * @param mgcp null where the chassis does not speak MGCP.
 * @param promptsRoot null: only the prompts in the jar.
 */
record ChassisSettings(
        PortSettings ports,
        FabricSettings fabric,
        ThreadSettings threads,
        DispatcherSettings dispatcher,
        SipSettings sip,
        MediaSettings media,
        List<LoadSettings> load,
        @Nullable MgcpChassisSettings mgcp,
        AdmissionSettings admission,
        QuarantineSettings quarantine,
        @Nullable Path promptsRoot,
        TraceSettings trace,
        long shutdownTimeoutNs) {}
