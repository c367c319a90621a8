#pragma once

#include "core/model/topology.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hopscope::parse {

/// A value of a YAML, JSON or TOML file with its line, so that one reader serves all three spellings.
struct ConfigTree {
    enum class Kind { Null, Scalar, List, Map };
    Kind kind = Kind::Null;
    std::string scalar;      ///< as written, quotes and escapes taken off
    bool isQuoted = false;   ///< a text for sure, even if it looks like a number
    std::vector<ConfigTree> items;
    std::vector<std::pair<std::string, ConfigTree>> members; ///< in the file's order
    int line = 0; ///< 1 is the first; of a member, where its key stands

    bool isMap() const { return kind == Kind::Map; }
    bool isList() const { return kind == Kind::List; }
    bool isScalar() const { return kind == Kind::Scalar; }
    bool isNull() const { return kind == Kind::Null; }

    static ConfigTree ofText(std::string text, int line);
    static ConfigTree emptyMap(int line);

    /// The member of that name; a Null one where there is none. Nothing here ever fails.
    const ConfigTree& at(std::string_view key) const;
    /// The first of these members that is there (camelCase and snake_case spellings of one field).
    const ConfigTree& at(std::string_view key, std::string_view other) const;
    /// Down a path of members: `tree.in({"http", "routers"})`.
    const ConfigTree& in(std::initializer_list<std::string_view> keys) const;
    bool has(std::string_view key) const { return !at(key).isNull(); }
    std::string text(std::string_view key) const { return at(key).scalar; }
    /// "true", "yes", "on"; `otherwise` where there is no such member.
    bool flag(std::string_view key, bool otherwise) const;
    /// A list's scalars; a scalar alone counts as a list of one.
    std::vector<std::string> texts() const;

    bool operator==(const ConfigTree&) const = default;
};

struct ConfigDocuments {
    std::vector<ConfigTree> documents; ///< YAML may hold several; JSON and TOML one
    std::vector<model::ConfigWarning> warnings;
};

/// Total: what can't be read is a warning with its line, and what can be read is kept (the offending line is left out and
/// the rest read again, a few times). Depth and the number of values are bounded, aliases included.
ConfigDocuments parseYaml(const std::string& path, std::string_view text);
ConfigDocuments parseJson(const std::string& path, std::string_view text);
ConfigDocuments parseToml(const std::string& path, std::string_view text);
/// By the name's ending, else by how the text begins.
ConfigDocuments parseConfigTree(const std::string& path, std::string_view text);

}
