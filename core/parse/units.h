#pragma once

#include "core/model/facts.h"

#include <string_view>
#include <vector>

namespace hopscope::parse {

/// `systemctl show -p …` under TZ=UTC: a paragraph a unit; `rc-status --all`, `supervisorctl status` and `pm2 jlist` under
/// their headings.
std::vector<model::Unit> parseUnits(std::string_view output);

}
