#pragma once

#include <string>
#include <string_view>

namespace hopscope::parse {

/// A command line with the values of password-like options and the passwords of URLs replaced by "***".
std::string withSecretsMasked(std::string_view commandLine);

}
