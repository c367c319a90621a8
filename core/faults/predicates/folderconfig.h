#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::faults {

/// A file of Apache's that is read with each request (.htaccess), and refused: the request gets 500.
struct RefusedFolderConfig {
    ReadLine line;
    std::string file;
    std::string complaint; ///< Apache's words
    std::string command;   ///< "RewriteEngine"; may be empty
    std::string module;    ///< "rewrite", where the command is known to be of one module; empty where not
};

/// By Apache's newest words of this minute, where it answers 500 by itself.
std::optional<RefusedFolderConfig> refusedFolderConfig(const HopView& view);

/// The module without which Apache does not know this command: "rewrite". Empty for others.
std::string_view moduleOfCommand(std::string_view command);

}
