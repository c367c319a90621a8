// TOML by toml++: the one file that includes it.
#include "core/parse/configtree.h"

#include "core/parse/lines.h"

#include <toml++/toml.h>

#include <algorithm>
#include <sstream>

namespace hopscope::parse {

namespace {
constexpr int maximumTomlAttempts = 12;

int lineOf(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

ConfigTree treeOf(const toml::node& node)
{
    ConfigTree tree;
    tree.line = lineOf(node);
    if (const toml::table* table = node.as_table()) {
        tree.kind = ConfigTree::Kind::Map;
        for (const auto& [key, value] : *table) {
            ConfigTree child = treeOf(value);
            if (const auto keyLine = static_cast<int>(key.source().begin.line); keyLine > 0)
                child.line = keyLine;
            tree.members.emplace_back(textOf(key.str()), std::move(child));
        }
        // toml++ sorts by name; people and our lists go by the file.
        std::stable_sort(tree.members.begin(), tree.members.end(),
            [](const auto& left, const auto& right) { return left.second.line < right.second.line; });
    } else if (const toml::array* array = node.as_array()) {
        tree.kind = ConfigTree::Kind::List;
        for (const toml::node& item : *array)
            tree.items.push_back(treeOf(item));
    } else {
        tree.kind = ConfigTree::Kind::Scalar;
        if (const auto* text = node.as_string()) {
            tree.scalar = textOf(text->get());
            tree.isQuoted = true;
        } else if (const auto* flag = node.as_boolean()) {
            tree.scalar = flag->get() ? "true" : "false";
        } else if (const auto* number = node.as_integer()) {
            tree.scalar = std::to_string(number->get());
        } else if (const auto* real = node.as_floating_point()) {
            std::ostringstream out;
            out << real->get();
            tree.scalar = out.str();
        }
    }
    return tree;
}

/// The text with that line emptied, so that all others keep their numbers.
std::string withoutLine(const std::string& text, int number)
{
    std::size_t start = 0;
    for (int line = 1; line < number && start != std::string::npos; ++line) {
        start = text.find('\n', start);
        start = start == std::string::npos ? start : start + 1;
    }
    if (start == std::string::npos || start >= text.size())
        return text;
    std::string rest = text;
    const std::size_t end = rest.find('\n', start);
    rest.erase(start, end == std::string::npos ? std::string::npos : end - start);
    return rest;
}
}

ConfigDocuments parseToml(const std::string& path, std::string_view text)
{
    ConfigDocuments result;
    std::string rest = textOf(text);
    for (int attempt = 0; attempt < maximumTomlAttempts; ++attempt) {
        try {
            result.documents.push_back(treeOf(toml::parse(rest, path)));
            break;
        } catch (const toml::parse_error& error) {
            const int line = static_cast<int>(error.source().begin.line);
            result.warnings.push_back({ { path, line }, std::string(error.description()) });
            const std::string shorter = withoutLine(rest, line);
            if (shorter == rest)
                break;
            rest = shorter;
        }
    }
    return result;
}

}
