#pragma once

#include "core/faults/entry.h"

#include <yaml-cpp/yaml.h>

#include <functional>
#include <initializer_list>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Thrown while a catalogue file is read, caught at its door (readCatalogueFile) and turned into an Error.
class CatalogueFailure : public std::runtime_error {
public:
    CatalogueFailure(const Place& place, const std::string& message)
        : std::runtime_error(message)
        , m_place(place)
    {
    }
    const Place& place() const { return m_place; }

private:
    Place m_place;
};

/// A YAML mapping that knows its file and refuses keys that nobody reads.
class YamlMap {
public:
    YamlMap(YAML::Node node, std::string file, std::initializer_list<std::string_view> keys);

    bool has(const char* key) const;
    /// Fails where the key is missing or no text.
    std::string text(const char* key) const;
    std::string textOr(const char* key, std::string fallback) const;
    /// A text, or a list of texts; empty where the key is missing.
    std::vector<std::string> texts(const char* key) const;
    YAML::Node node(const char* key) const { return m_node[key]; }

    const std::string& file() const { return m_file; }
    Place place() const { return placeOf(m_node); }
    Place placeOf(const YAML::Node& node) const { return { m_file, node.Mark().line + 1 }; }
    [[noreturn]] void fail(const YAML::Node& at, const std::string& message) const;

private:
    YAML::Node m_node;
    std::string m_file;
};

/// A scalar's text; fails on anything else.
std::string scalarText(const YAML::Node& node, const std::string& file);
/// A sequence of scalars, or one scalar.
std::vector<std::string> scalarTexts(const YAML::Node& node, const std::string& file);

}
