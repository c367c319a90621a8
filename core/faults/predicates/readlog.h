#pragma once

#include "core/faults/catalogue.h"
#include "core/model/facts.h"

#include <map>
#include <vector>

namespace hopscope::faults {

/// A log line with what the catalogue makes of it. Lines that report nothing are left out.
struct ReadLine {
    base::HostId host;
    const model::LogLine* line = nullptr;
    LineReading reading;
};

/// Every host's log lines, read once, newest last. At most `limitPerHost` of the newest lines of a host are
/// read.
using ReadLogs = std::map<base::HostId, std::vector<ReadLine>>;
ReadLogs readLogs(const model::Facts& facts, const Catalogue& catalogue, std::size_t limitPerHost = 6000);

/// Whether a line says one of these endpoints, as a whole word: "10.1.0.3:3000" is not in "10.1.0.3:30001".
bool mentions(std::string_view text, std::string_view endpoint);

}
