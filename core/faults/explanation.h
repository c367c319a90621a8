#pragma once

#include "core/faults/catalogue.h"

namespace hopscope::faults {

/// A reading in words: what `explain` says of a line that reports a fault.
struct Explanation {
    std::string title;
    std::string summary;
    std::string firstPlaceToCheck;
    std::vector<model::Remediation> remedies;

    bool operator==(const Explanation&) const = default;
};

/// The cause as `explain` gives it. That a dependency is down, or slow, one line of its caller does not prove: it may sit
/// behind a firewall, or be asked at a wrong address. So it counts only where the line tells nothing else.
std::optional<std::string> provenCause(const LineReading& reading);

Explanation explanation(const LineReading& reading, const Catalogue& catalogue);

/// The JSON object of one input line (contract, "Explain"), without a newline.
void appendJson(std::string_view line, const LineReading& reading, const Catalogue& catalogue, std::string& out);

/// The part of that object behind the line's own text; the same for equal readings.
std::string jsonTail(const LineReading& reading, const Catalogue& catalogue);

}
