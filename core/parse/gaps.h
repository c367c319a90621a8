#pragma once

#include "core/model/capture.h"
#include "core/model/facts.h"

#include <optional>
#include <string>

namespace hopscope::parse {

/// Why a check shows less than it should, from its outcome and its own words, with the least grant that would show it;
/// nothing where it ended well, or where the absence of a program is itself the answer.
std::optional<model::Gap> gapOf(const model::CheckResult& result, const std::string& user);

/// "; add anna to group systemd-journal or allow sudo -n journalctl": what would let `user` see this check's subject.
std::string grantFor(const base::CheckId& check, const std::string& user);

}
