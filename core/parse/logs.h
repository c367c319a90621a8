#pragma once

#include "core/model/facts.h"
#include "core/parse/clock.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// journalctl -o short-unix ("1763717400.123456 host nginx[12]: text"), and the tails of syslog files under
/// "@@ file PATH". The place is the unit where the line tells it, else the program's name.
std::vector<model::LogLine> parseJournal(std::string_view output, const HostClock& clock);

/// The kernel's lines: dmesg (stamps are seconds since boot), or journal or syslog.
std::vector<model::LogLine> parseKernelLog(std::string_view output, const HostClock& clock);

/// The tail of one log file. Lines stay whole; the time is read from whatever stamp they start with, a line without one
/// (a stack trace) has that of the line above.
std::vector<model::LogLine> parseLogFile(std::string_view output, const std::string& path, const HostClock& clock);

/// The tails of the files that one process writes its output to, each after a line "@@ PATH".
std::vector<model::LogLine> parseProcessLog(std::string_view output, int pid, const HostClock& clock);

/// `docker logs -t`: "2026-11-21T09:30:00.123456789Z text".
std::vector<model::LogLine> parseContainerLog(
    std::string_view output, const std::string& container, const HostClock& clock);

}
