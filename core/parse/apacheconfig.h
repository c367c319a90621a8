#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One directive, or a section with what it holds. Quotes are taken off and ${defines} filled in, as Apache does.
struct ApacheDirective {
    std::string name; ///< lower-case: "proxypass", "virtualhost"
    std::vector<std::string> arguments;
    std::string text; ///< all arguments as written
    int file = 0;     ///< index into ApacheConfig::files
    int line = 0;
    bool isSection = false;
    std::vector<ApacheDirective> block;

    bool operator==(const ApacheDirective&) const = default;
};

/// A whole configuration: includes in their places, conditions (IfModule, IfDefine, IfVersion, IfFile) decided, macros
/// filled in.
struct ApacheConfig {
    std::vector<std::string> files;
    std::vector<ApacheDirective> directives;
    std::map<std::string, std::string> defines; ///< and the environment, as far as envvars tells
    std::vector<model::ConfigWarning> warnings;

    model::FilePlace place(const ApacheDirective& directive) const;
};

/// What the running program was told beside its files.
struct ApacheRuntime {
    std::vector<std::string> defines; ///< -D
    std::vector<std::string> modules; ///< "proxy_module", as -M lists them; empty: by LoadModule, or taken to be there
    std::string serverRoot;           ///< -d, or compiled in; empty: by the main file's place
    std::string version;
};

/// `files` hold the main file and all that it includes, by path, and `envvars` where there is one. Total and linear: what
/// can't be read is a warning with its line. Sections deeper than 64 and includes deeper than 32 are left out.
/// A copy of a configuration somewhere else is found by the tails of its paths.
ApacheConfig loadApacheConfig(
    const std::vector<model::ConfigFile>& files, const std::string& mainFile, const ApacheRuntime& runtime);

/// One file on its own, as `.htaccess` is read.
std::vector<ApacheDirective> readApacheFile(const model::ConfigFile& file);

/// The arguments of a directive's text.
std::vector<std::string> apacheWords(std::string_view text);

}
