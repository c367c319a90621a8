#pragma once

#include "core/base/result.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::profile {

/// Keeps the order of the keys, so that a saved profile reads like the one that was loaded.
using Json = nlohmann::ordered_json;

/// Bounded in bytes and depth; a key that appears twice in one object is an error. The error names `nameForErrors`,
/// and line and column where it can.
base::Result<Json> parseJson(std::string_view text, const std::string& nameForErrors);

/// Indented by two; invalid UTF-8 becomes U+FFFD.
std::string indented(const Json& json);
std::string oneLine(const Json& json);

/// Reads typed fields of one object. The first field that does not fit is remembered as the error; later reads then
/// give defaults, so that a caller reads all and asks once.
class JsonFields {
public:
    /// What was wrong, with its key path: "hosts[1].ssh.port: expected …, found …".
    using Problem = std::optional<std::string>;

    JsonFields(const Json& object, std::string path, Problem& problem);

    std::string requiredText(const char* key, const char* expected) const;
    std::string optionalText(const char* key) const;
    std::optional<double> optionalNumber(const char* key, double lowest, double highest, const char* expected) const;
    bool optionalFlag(const char* key) const;
    /// Null where it is absent or null, or (with a problem) not an object.
    const Json* optionalObject(const char* key) const;
    const Json* requiredList(const char* key, const char* expected) const;

    const Json* find(const char* key) const;
    std::string pathOf(const char* key) const;
    void reject(const std::string& path, const std::string& expected, const Json* found) const;

private:
    const Json& m_object;
    std::string m_path;
    Problem& m_problem;
};

}
