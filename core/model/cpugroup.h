#pragma once

#include "core/model/source.h"

#include <cstdint>
#include <optional>
#include <string>

namespace hopscope::model {

/// A control group that may use only a share of the processors. The kernel deals its share out by the period (100 ms
/// mostly), and counts those in which the group wanted more than it had.
struct CpuGroup {
    std::string path;      ///< "/system.slice/shop.service"
    std::string unit;      ///< by the path; may be empty
    std::string container; ///< id, by the path; may be empty
    double limitPercent = 0; ///< of one processor
    std::uint64_t periods = 0;   ///< in which it ran, since its start, at the first look
    std::uint64_t throttled = 0; ///< in which it was held back
    std::optional<std::uint64_t> laterPeriods; ///< the same at the last look of this run
    std::optional<std::uint64_t> laterThrottled;
    Source source;

    bool operator==(const CpuGroup&) const = default;
};

}
