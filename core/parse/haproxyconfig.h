#pragma once

#include "core/model/facts.h"
#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::parse {

/// One line of a section: its words, quotes and escapes taken off as HAProxy does.
struct HaproxyLine {
    std::vector<std::string> words; ///< never empty
    int file = 0;                   ///< index into HaproxyConfig::files
    int line = 0;

    bool operator==(const HaproxyLine&) const = default;
};

struct HaproxySection {
    std::string kind; ///< "global", "defaults", "frontend", "backend", "listen", "resolvers" …
    std::string name;
    std::vector<std::string> arguments; ///< what follows the name: "from", "base"
    std::vector<HaproxyLine> lines;
    int file = 0;
    int line = 0;

    bool operator==(const HaproxySection&) const = default;
};

struct HaproxyConfig {
    std::vector<std::string> files;
    std::vector<HaproxySection> sections;
    std::vector<model::ConfigWarning> warnings;

    model::FilePlace place(const HaproxyLine& line) const;
};

/// The words of one line. `{{ … }}` of an unrendered template is one word's part. Empty `problem`: it was well formed.
struct HaproxyWords {
    std::vector<std::string> words;
    std::string problem;
};
using HaproxyEnvironment = std::vector<std::pair<std::string, std::string>>;
HaproxyWords haproxyWords(std::string_view line, const HaproxyEnvironment& environment);

/// Whether HAProxy knows this keyword in a frontend, backend, listen or defaults section.
bool isHaproxyKeyword(std::string_view word);

/// Whether this text holds a section of a HAProxy configuration; lists and maps do not.
bool isHaproxyText(std::string_view text);

/// All files in the order in which HAProxy loads them; lists and maps among them are left to those who ask for them.
/// Total and linear: what can't be read is a warning with its line. `.if` takes the branch that holds for a HAProxy of
/// our days with everything built in; where that can't be told, the first one.
HaproxyConfig loadHaproxyConfig(const std::vector<model::ConfigFile>& files);

}
