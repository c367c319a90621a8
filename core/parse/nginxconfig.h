#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One directive: `name arguments… ;` or `name arguments… { block }`. Quotes and escapes are taken off as nginx does;
/// variables are left as they are written.
struct NginxDirective {
    std::string name;
    std::vector<std::string> arguments;
    int file = 0; ///< index into NginxConfig::files
    int line = 0; ///< where its name stands
    bool hasBlock = false;
    std::vector<NginxDirective> block; ///< empty for a block in another language (lua)

    bool operator==(const NginxDirective&) const = default;
};

struct NginxFile {
    std::vector<NginxDirective> directives;
    std::vector<model::ConfigWarning> warnings;
};

/// One file's text to its directives, includes not followed. Total and linear: what can't be read is a warning with its
/// line and everything readable around it is kept. Blocks deeper than 64 are skipped with a warning.
/// `file` is put into each directive.
NginxFile parseNginxFile(const std::string& path, std::string_view text, int file = 0);

/// A whole configuration: the main file with every include in its place.
struct NginxConfig {
    std::vector<std::string> files;
    std::vector<NginxDirective> directives;
    std::vector<model::ConfigWarning> warnings;

    model::FilePlace place(const NginxDirective& directive) const;
};

/// `files` hold the main file and all that it includes, by path. Includes are relative to the main file's folder, globs
/// are sorted as nginx sorts them; an include that is missing, endless or too deep is a warning.
/// A copy of a configuration somewhere else (all of /etc/nginx under another folder) is found by its tail.
NginxConfig loadNginxConfig(const std::vector<model::ConfigFile>& files, const std::string& mainFile);

/// The output of `nginx -T` to its files, in its order, the main file first. Lines before the first
/// "# configuration file PATH:" are left out. `modifiedAt` is empty; a source's line is that of the header line.
std::vector<model::ConfigFile> splitNginxDump(std::string_view dump);

}
