#pragma once

#include <string_view>

namespace hopscope::parse {

/// Whether a command that somebody ran with sudo may have changed what a request meets: services, firewall, packages,
/// files. What only shows things (and so all that Hopscope runs itself) has not.
bool changesHost(std::string_view command);

}
