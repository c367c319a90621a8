#pragma once

#include "core/model/facts.h"

#include <string>
#include <vector>

namespace hopscope::discovery {

/// The version of the program that this process runs, by what the host says of that very file, of the folder that its
/// words lead to, or of the package that owns it. `words` is its command line, or its unit's where it renamed itself.
/// Empty where none is certain; always for a process in a container, whose files are not the host's.
std::string programVersion(const model::HostFacts& host, const std::string& software, const model::Process& process,
    const std::vector<std::string>& words);

}
