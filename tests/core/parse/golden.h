#pragma once

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>

namespace hopscope::parse {

/// A recorded output under tests/golden.
inline std::string golden(const std::string& name)
{
    std::ifstream file(std::string(HOPSCOPE_SOURCE_DIR "/tests/golden/") + name, std::ios::binary);
    if (!file)
        throw std::runtime_error("no golden capture " + name);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

}
