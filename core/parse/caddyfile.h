#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One directive (or subdirective) of a Caddyfile: its words and, in braces, what belongs to it.
struct CaddyDirective {
    std::string name;
    std::vector<std::string> arguments;
    std::string file;
    int line = 0;
    bool hasBlock = false;
    std::vector<CaddyDirective> block;

    model::FilePlace place() const { return { file, line }; }
    bool operator==(const CaddyDirective&) const = default;
};

/// A block of the top level: global options (no keys), a site, or a named route ("&(name)").
struct CaddyBlock {
    std::vector<std::string> keys;
    model::FilePlace place;
    std::vector<CaddyDirective> directives;

    bool operator==(const CaddyBlock&) const = default;
};

struct Caddyfile {
    std::vector<CaddyBlock> blocks; ///< snippets are in the places that import them
    std::vector<std::string> imported; ///< files that others import
    std::vector<model::ConfigWarning> warnings;
};

/// A Caddyfile with its imports: snippets, files and globs among `files` (relative to the importing file), arguments filled
/// in, `{$NAME:default}` replaced by its default (the environment is not known; without a default it stays).
/// Total; sizes and depths are bounded.
Caddyfile parseCaddyfile(const std::vector<model::ConfigFile>& files, const std::string& mainFile);

}
