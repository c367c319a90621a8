#include "core/profile/jsontext.h"

#include "core/profile/address.h"

#include <set>
#include <vector>

namespace hopscope::profile {
namespace {

    constexpr std::size_t mostBytes = 4 * 1024 * 1024;
    constexpr int mostDepth = 64;

    /// "[json.exception.parse_error.101] parse error at line 3, column 5: …" to "line 3, column 5: …".
    std::string plainWords(std::string words)
    {
        if (const std::size_t at = words.find("line "); at != std::string::npos)
            words.erase(0, at);
        else if (const std::size_t close = words.find("] "); close != std::string::npos)
            words.erase(0, close + 2);
        constexpr std::size_t longest = 240;
        return words.size() > longest ? words.substr(0, longest) + "…" : words;
    }

    std::string shown(const Json* found)
    {
        if (!found)
            return "nothing";
        switch (found->type()) {
        case Json::value_t::object: return "an object";
        case Json::value_t::array: return "a list";
        case Json::value_t::string: return shownForErrors(found->get_ref<const std::string&>());
        case Json::value_t::null:
        case Json::value_t::boolean:
        case Json::value_t::number_integer:
        case Json::value_t::number_unsigned:
        case Json::value_t::number_float: return found->dump();
        case Json::value_t::binary:
        case Json::value_t::discarded: break;
        }
        return "something else";
    }

}

base::Result<Json> parseJson(std::string_view text, const std::string& nameForErrors)
{
    const auto bad = [&nameForErrors](base::ErrorCode code, std::string detail) {
        return base::failure({ code, "read profile", nameForErrors, std::move(detail), "" });
    };
    if (text.size() > mostBytes)
        return bad(base::ErrorCode::LimitExceeded, "expected at most 4 MiB, found " + std::to_string(text.size()) + " bytes");
    std::string problem;
    std::vector<std::set<std::string>> keys;
    const auto inspect = [&](int depth, Json::parse_event_t event, Json& value) {
        if (!problem.empty())
            return false;
        switch (event) {
        case Json::parse_event_t::object_start:
        case Json::parse_event_t::array_start:
            if (depth >= mostDepth)
                problem = "expected at most " + std::to_string(mostDepth) + " levels of nesting, found more";
            keys.emplace_back();
            break;
        case Json::parse_event_t::object_end:
        case Json::parse_event_t::array_end: keys.pop_back(); break;
        case Json::parse_event_t::key: {
            const std::string& key = value.get_ref<const std::string&>();
            if (!keys.back().insert(key).second)
                problem = "expected each key once, found " + shownForErrors(key) + " twice in one object";
            break;
        }
        case Json::parse_event_t::value: break;
        }
        return problem.empty();
    };
    try {
        Json json = Json::parse(text.begin(), text.end(), inspect);
        if (!problem.empty())
            return bad(base::ErrorCode::InvalidFormat, problem);
        return json;
    } catch (const Json::exception& exception) {
        return bad(base::ErrorCode::InvalidFormat, problem.empty() ? "not JSON: " + plainWords(exception.what()) : problem);
    }
}

std::string indented(const Json& json) { return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n"; }

std::string oneLine(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

JsonFields::JsonFields(const Json& object, std::string path, Problem& problem)
    : m_object(object)
    , m_path(std::move(path))
    , m_problem(problem)
{
}

const Json* JsonFields::find(const char* key) const
{
    const auto at = m_object.find(key);
    return at == m_object.end() ? nullptr : &*at;
}

std::string JsonFields::pathOf(const char* key) const { return m_path.empty() ? key : m_path + "." + key; }

void JsonFields::reject(const std::string& path, const std::string& expected, const Json* found) const
{
    if (!m_problem)
        m_problem = path + ": expected " + expected + ", found " + shown(found);
}

std::string JsonFields::requiredText(const char* key, const char* expected) const
{
    const Json* found = find(key);
    if (found && found->is_string() && !found->get_ref<const std::string&>().empty())
        return found->get<std::string>();
    reject(pathOf(key), expected, found);
    return {};
}

std::string JsonFields::optionalText(const char* key) const
{
    const Json* found = find(key);
    if (!found || found->is_null())
        return {};
    if (found->is_string())
        return found->get<std::string>();
    reject(pathOf(key), "text", found);
    return {};
}

std::optional<double> JsonFields::optionalNumber(
    const char* key, double lowest, double highest, const char* expected) const
{
    const Json* found = find(key);
    if (!found || found->is_null())
        return std::nullopt;
    if (found->is_number() && found->get<double>() >= lowest && found->get<double>() <= highest)
        return found->get<double>();
    reject(pathOf(key), expected, found);
    return std::nullopt;
}

bool JsonFields::optionalFlag(const char* key) const
{
    const Json* found = find(key);
    if (!found || found->is_null())
        return false;
    if (found->is_boolean())
        return found->get<bool>();
    reject(pathOf(key), "true or false", found);
    return false;
}

const Json* JsonFields::optionalObject(const char* key) const
{
    const Json* found = find(key);
    if (!found || found->is_null())
        return nullptr;
    if (found->is_object())
        return found;
    reject(pathOf(key), "an object", found);
    return nullptr;
}

const Json* JsonFields::requiredList(const char* key, const char* expected) const
{
    const Json* found = find(key);
    if (found && found->is_array())
        return found;
    reject(pathOf(key), expected, found);
    return nullptr;
}

}
