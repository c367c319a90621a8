#pragma once

#include "core/base/result.h"

#include <string>

namespace hopscope::demo {

/// The programs that a demo is made of, as absolute paths.
struct Programs {
    std::string python;
    std::string sshd;
    std::string sshKeygen;
    std::string nginx;
};

/// Finds them in PATH and where systems keep their servers. The error names all that are missing and how to install
/// them here.
base::Result<Programs> findPrograms();

}
