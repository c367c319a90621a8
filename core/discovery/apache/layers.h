#pragma once

#include "core/discovery/apache/state.h"

#include <string_view>
#include <vector>

namespace hopscope::discovery::apache {

/// The blocks that apply to a request, in the order in which Apache merges them: what comes later wins.
class Layers {
public:
    void add(const Block* block) { m_blocks.push_back(block); }
    const std::vector<const Block*>& blocks() const { return m_blocks; }
    /// The last such directive; null where there is none.
    const parse::ApacheDirective* setting(std::string_view name) const;
    bool isOn(std::string_view name) const;

private:
    std::vector<const Block*> m_blocks;
};

/// A folder whose rules apply, for mod_rewrite: the last that has any.
struct FolderRules {
    const Block* block = nullptr;
    std::string folder; ///< with a slash at its end; empty for <Location> and the like
};

/// Whether a <Location> or <LocationMatch> section takes this path.
bool takesPath(const parse::ApacheDirective& section, const std::string& path);

/// What applies before the path is looked up: the server and its locations.
Layers layersOfPath(const State& state);

/// What applies to the file: folders with their .htaccess, files, locations, conditions. `rules` gets the rewriting rules.
Layers layersOfFile(const State& state, FolderRules& rules);

}
