#pragma once

#include "core/profile/sshconfig.h"

namespace hopscope::profile {

/// One keyword of a block that applies; the first value of each keyword stays.
void applyKeyword(SshConfigEntry& entry, const std::string& keyword, const std::vector<std::string>& arguments,
    const std::string& rest);

/// The criteria of a Match line. What we may not or can't evaluate does not match.
bool matchesCriteria(
    const std::vector<std::string>& criteria, const SshConfigEntry& soFar, const std::string& destination);

/// Once all is read: default host name, "%" tokens, "~", ${VARIABLES}.
void expandEntry(SshConfigEntry& entry, const std::string& destination);

/// ${NAME} from the environment; one that is not set stays as written.
std::string expandedVariables(std::string text);

}
