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

Explanation explanation(const LineReading& reading, const Catalogue& catalogue);

/// The JSON object of one input line (contract, "Explain"), without a newline.
void appendJson(std::string_view line, const LineReading& reading, const Catalogue& catalogue, std::string& out);

/// The part of that object behind the line's own text; the same for equal readings.
std::string jsonTail(const LineReading& reading, const Catalogue& catalogue);

}
