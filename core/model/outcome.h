#pragma once

#include "core/base/error.h"
#include "core/base/time.h"

#include <string>
#include <variant>

namespace hopscope::model {

/// How one check ended. Only Captured may ever turn something green.
namespace outcome {
    struct Captured {
        bool operator==(const Captured&) const = default;
    };
    struct ExitedNonZero {
        int status = 1;
        bool operator==(const ExitedNonZero&) const = default;
    };
    struct TimedOut {
        base::Milliseconds limit {};
        bool operator==(const TimedOut&) const = default;
    };
    struct Denied {
        std::string reason; ///< with the least grant that would show it
        bool operator==(const Denied&) const = default;
    };
    struct NotInstalled {
        std::string program;
        bool operator==(const NotInstalled&) const = default;
    };
    struct TransportLost {
        base::Error error;
        bool operator==(const TransportLost&) const = default;
    };
    struct Skipped {
        std::string reason;
        bool operator==(const Skipped&) const = default;
    };
}

using Outcome = std::variant<outcome::Captured, outcome::ExitedNonZero, outcome::TimedOut, outcome::Denied,
    outcome::NotInstalled, outcome::TransportLost, outcome::Skipped>;

inline bool isCaptured(const Outcome& outcome) { return std::holds_alternative<outcome::Captured>(outcome); }

}
