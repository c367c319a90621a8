#pragma once

#include <string>

namespace hopscope::report {

/// Replaces what opens doors: keys in PEM, tokens, passwords in urls, headers, command lines and settings. By their
/// look alone, so it errs on the side of removing. Linear time.
std::string withoutSecrets(std::string text);

}
