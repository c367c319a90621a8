#pragma once

#include <string_view>

namespace hopscope::demo {

/// resources/demo/app.py and keeper.py as they were at build time.
std::string_view appScript();
std::string_view keeperScript();

}
