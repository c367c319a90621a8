#pragma once

#include "core/faults/predicates/hopview.h"

#include <string>
#include <string_view>

namespace hopscope::faults {

/// What the callee's own log gives as the reason why its last run ended, in its words: ": Cannot find module 'money-format'".
/// Empty where it says nothing of the kind. Values of secret settings are left out.
std::string saidAtItsEnd(const HopView& view);

/// How much a line tells of why a program ended: 0 nothing (bookkeeping, warnings of no account), 1 only that it ended ("Aborting"),
/// 2 what went wrong, 3 the same, called an error or worse.
int tellingness(std::string_view line);

/// A line without its time stamp, process id and the like: "FATAL:  data directory …".
std::string_view withoutStamp(std::string_view line);

}
