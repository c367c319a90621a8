#pragma once

#include "core/base/time.h"
#include "core/model/source.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hopscope::model {

/// A log that has grown large.
struct LogFile {
    std::string path;
    std::uint64_t sizeBytes = 0;
    std::optional<base::TimePoint> writtenAt;
    bool isRotated = false; ///< a rule of logrotate covers it
    Source source;

    bool operator==(const LogFile&) const = default;
};

}
