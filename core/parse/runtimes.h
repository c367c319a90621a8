#pragma once

#include "core/model/runtime.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

struct Runtimes {
    std::vector<model::ProgramVersion> versions;
    std::vector<model::JavaMemory> javaMemory;
};

/// "@@ packages", "@@ programs" and "@@ java" of core/probe/shell/runtimes.sh.
Runtimes parseRuntimes(std::string_view output);

/// The first thing in a text that looks like a version: "15.18" of "15.18-0+deb12u1", "20.11.1" of "v20.11.1".
std::string versionIn(std::string_view text);

}
