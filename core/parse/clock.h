#pragma once

#include "core/base/time.h"

#include <optional>
#include <string_view>

namespace hopscope::parse {

/// What turns a host's own time stamps into moments.
struct HostClock {
    std::optional<base::TimePoint> now; ///< the host's clock when it was asked; years are guessed from it
    std::chrono::minutes zone {};       ///< local time less UTC
};

/// "+0100" or "-05:30"; nothing for other text.
std::optional<std::chrono::minutes> zoneOf(std::string_view text);

/// A stamp and what follows it.
struct StampedText {
    std::optional<base::TimePoint> at;
    std::string_view rest;
};

/// "Nov 21 09:30:00 …" (RFC 3164, local time, no year) or an RFC 3339 stamp, as syslog writes them.
StampedText syslogStamp(std::string_view line, const HostClock& clock);
/// "2026/11/21 09:30:00 …": nginx's error log, local time. The line is kept whole by callers: the stamp is its own.
std::optional<base::TimePoint> nginxErrorStamp(std::string_view line, const HostClock& clock);
/// "… [21/Nov/2026:09:30:00 +0000] …": the common log format.
std::optional<base::TimePoint> accessStamp(std::string_view line);
/// The stamp that an application's log line starts with, in any of the forms above, PHP-FPM's "[21-Nov-2026 09:30:00]",
/// Apache's "[Sat Nov 21 09:30:00.123456 2026]" or "2026-11-21 09:30:00,123".
std::optional<base::TimePoint> anyStamp(std::string_view line, const HostClock& clock);
/// "Sat 2026-11-21 09:30:00 UTC" of systemctl under TZ=UTC; nothing for "n/a" and other zones.
std::optional<base::TimePoint> systemdStamp(std::string_view text);

}
