#pragma once

#include "core/ssh/interaction.h"

#include <memory>

namespace hopscope::app {

/// Asks for passwords and passphrases on the terminal, without echo, where there is one; answers no otherwise.
/// An unknown host key is never accepted here: that is what --accept-new-host-keys is for.
std::shared_ptr<ssh::Interaction> terminalInteraction();

/// Remote words on a terminal: without control characters, which could drive it.
std::string printable(const std::string& text);

}
