#include "core/discovery/nginx/definition.h"
#include "core/discovery/nginx/location.h"
#include "core/discovery/nginx/state.h"

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::discovery::nginx {

namespace {
constexpr int maximumDepth = 12;

bool isNameCharacter(char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '_'; }

std::string headerOf(std::string_view variable)
{
    std::string header(variable);
    std::replace(header.begin(), header.end(), '_', '-');
    return header;
}

std::string argumentOf(const std::string& query, std::string_view name)
{
    for (std::size_t at = 0; at <= query.size();) {
        const std::size_t end = std::min(query.find('&', at), query.size());
        const std::string_view each = std::string_view(query).substr(at, end - at);
        const std::size_t equals = each.find('=');
        if (equals != std::string_view::npos && each.substr(0, equals) == name)
            return std::string(each.substr(equals + 1));
        at = end + 1;
    }
    return {};
}

struct ScriptName {
    std::string script;
    std::string info;
};

ScriptName scriptName(const State& state)
{
    ScriptName name { state.path, {} };
    if (name.script.ends_with('/'))
        name.script += state.scope ? state.scope->value("fastcgi_index") : std::string();
    const std::string split = state.scope ? state.scope->value("fastcgi_split_path_info") : std::string();
    if (!split.empty())
        if (const auto match = Pattern(split).match(state.path); match && match->groups.size() > 2)
            name = { match->groups[1], match->groups[2] };
    return name;
}

/// The url of a literal proxy_pass without its scheme: what $proxy_host stands for.
std::string proxyHost(const State& state)
{
    const parse::NginxDirective* pass = state.scope ? passOf(*state.scope) : nullptr;
    if (!pass)
        return {};
    std::string_view target = pass->arguments.front();
    if (const std::size_t scheme = target.find("://"); scheme != std::string_view::npos)
        target.remove_prefix(scheme + 3);
    if (target.starts_with("unix:"))
        return "localhost";
    return std::string(target.substr(0, target.find_first_of("/?")));
}

bool dependsOnRequest(std::string_view name)
{
    constexpr auto names = std::to_array<std::string_view>({ "uri", "document_uri", "request_uri", "args", "query_string",
        "is_args", "request_method", "request", "request_filename", "fastcgi_script_name", "fastcgi_path_info",
        "ssl_preread_server_name", "ssl_server_name", "remote_user" });
    return name.starts_with("arg_") || name.starts_with("http_") || name.starts_with("cookie_")
        || std::find(names.begin(), names.end(), name) != names.end();
}

/// Without a request its host is one of the server's names, where those are plain ones.
std::optional<Expansion> namesOf(const State& state)
{
    Expansion names { {}, Certainty::Likely };
    if (state.server)
        for (const std::string& name : state.server->names) {
            if (name.find_first_of("*~$") != std::string::npos || name.starts_with('.') || name == "_" || name.empty())
                return {};
            names.add(name);
        }
    if (names.values.empty())
        return {};
    if (names.values.size() == 1)
        names.certainty = Certainty::Known;
    return names;
}

std::optional<Expansion> builtin(const State& state, const std::string& name)
{
    const Request& request = *state.request;
    if (state.isAnyRequest) {
        if (name == "host" || name == "http_host")
            return namesOf(state);
        if (dependsOnRequest(name))
            return {};
    }
    if (name == "host")
        return Expansion::known(!request.host.empty() || !state.server || state.server->names.empty()
                ? request.host
                : state.server->names.front());
    if (name == "http_host")
        return Expansion::known(request.hostText);
    if (name == "uri" || name == "document_uri")
        return Expansion::known(state.path);
    if (name == "request_uri")
        return Expansion::known(request.target());
    if (name == "args" || name == "query_string")
        return Expansion::known(state.query);
    if (name == "is_args")
        return Expansion::known(state.query.empty() ? "" : "?");
    if (name.starts_with("arg_"))
        return Expansion::known(argumentOf(state.query, std::string_view(name).substr(4)));
    if (name == "scheme")
        return Expansion::known(request.isTls ? "https" : "http");
    if (name == "https")
        return Expansion::known(request.isTls ? "on" : "");
    if (name == "server_name")
        return Expansion::known(state.server && !state.server->names.empty() ? state.server->names.front() : "");
    if (name == "server_port")
        return Expansion::known(request.socket.empty() ? std::to_string(request.port) : "");
    if (name == "server_addr" && !request.address.empty())
        return Expansion::known(request.address);
    if (name == "request_method")
        return Expansion::likely("GET");
    if (name == "request" )
        return Expansion::likely("GET " + request.target() + " HTTP/1.1");
    if (name == "server_protocol")
        return Expansion::likely("HTTP/1.1");
    if (name == "document_root" || name == "realpath_root")
        return Expansion::known(fileFor(state, ""));
    if (name == "request_filename")
        return Expansion::known(fileFor(state, state.path));
    if (name == "fastcgi_script_name")
        return Expansion::known(scriptName(state).script);
    if (name == "fastcgi_path_info")
        return Expansion::known(scriptName(state).info);
    if (name == "proxy_host")
        return Expansion::known(proxyHost(state));
    if (name == "ssl_preread_server_name" || name == "ssl_server_name")
        return Expansion::known(request.serverName);
    if (name == "hostname" && state.host)
        return Expansion::known(state.host->hostname);
    if (name.starts_with("http_")) {
        const auto header = request.headers.find(headerOf(std::string_view(name).substr(5)));
        // A plain request has few headers; those that every browser sends can't be told.
        const bool isUsual = name == "http_user_agent" || name == "http_accept" || name == "http_accept_encoding"
            || name == "http_accept_language" || name == "http_connection" || name == "http_x_forwarded_for"
            || name == "http_x_real_ip";
        if (header != request.headers.end())
            return Expansion::known(header->second);
        return isUsual ? Expansion::unknown() : Expansion::likely("");
    }
    if (name.starts_with("cookie_") || name == "content_type" || name == "content_length" || name == "request_body"
        || name == "remote_user" || name == "http2" || name == "limit_rate" || name == "invalid_referer"
        || name.starts_with("ssl_client_"))
        return Expansion::likely("");
    return {};
}
}

void State::capture(const PatternMatch& match)
{
    groups = match.groups;
    for (const auto& [name, value] : match.names)
        variables[name] = Expansion::known(value);
}

Expansion variable(const State& state, const std::string& name, int depth)
{
    if (depth > maximumDepth)
        return Expansion::unknown();
    if (name.size() == 1 && std::isdigit(static_cast<unsigned char>(name[0]))) {
        const auto index = static_cast<std::size_t>(name[0] - '0');
        return Expansion::known(index < state.groups.size() ? state.groups[index] : std::string());
    }
    if (const auto set = state.variables.find(name); set != state.variables.end())
        return set->second;
    if (const auto defined = state.definitions->find(name); defined != state.definitions->end())
        return definedValue(state, *defined->second, depth + 1);
    if (std::optional<Expansion> value = builtin(state, name))
        return *value;
    return capturedByMap(state, name, depth + 1);
}

Expansion expand(const State& state, std::string_view text, int depth)
{
    Expansion result = Expansion::known("");
    while (!text.empty()) {
        const std::size_t dollar = text.find('$');
        if (dollar != 0) {
            result.append(Expansion::known(std::string(text.substr(0, dollar))));
            text.remove_prefix(std::min(dollar, text.size()));
            continue;
        }
        std::size_t start = 1;
        std::size_t end = 1;
        std::size_t next = 1;
        if (text.size() > 1 && text[1] == '{') {
            start = 2;
            end = std::min(text.find('}'), text.size());
            next = std::min(end + 1, text.size());
        } else if (text.size() > 1 && text[1] >= '0' && text[1] <= '9') {
            end = next = 2;
        } else {
            while (end < text.size() && isNameCharacter(text[end]))
                ++end;
            next = end;
        }
        if (end == start)
            result.append(Expansion::known(std::string(text.substr(0, next))));
        else
            result.append(variable(state, std::string(text.substr(start, end - start)), depth + 1));
        text.remove_prefix(next);
        if (result.values.empty())
            return Expansion::unknown();
    }
    return result;
}

std::string expandFirst(const State& state, std::string_view text)
{
    // Piece by piece, so that one unknown variable does not take the rest with it.
    std::string result;
    while (!text.empty()) {
        std::size_t end = text.find('$', 1);
        if (end == std::string_view::npos)
            end = text.size();
        const std::string_view piece = text.substr(0, end);
        if (piece.starts_with('$')) {
            std::size_t nameEnd = piece.size() > 1 && piece[1] == '{' ? piece.find('}') : 1;
            if (nameEnd == std::string_view::npos)
                nameEnd = piece.size();
            else if (piece.size() > 1 && piece[1] == '{')
                ++nameEnd;
            else if (piece.size() > 1 && std::isdigit(static_cast<unsigned char>(piece[1])))
                nameEnd = 2;
            else
                while (nameEnd < piece.size() && isNameCharacter(piece[nameEnd]))
                    ++nameEnd;
            result += expand(state, piece.substr(0, nameEnd)).first();
            result += piece.substr(nameEnd);
        } else {
            result += piece;
        }
        text.remove_prefix(end);
    }
    return result;
}

std::optional<bool> fileExists(const State& state, const std::string& path)
{
    if (state.host)
        for (const model::FileStatus& file : state.host->files)
            if (file.path == path)
                return file.exists;
    return {};
}

bool looksLikeFile(std::string_view path)
{
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || dot + 1 == name.size() || name.size() - dot > 6)
        return false;
    return std::all_of(name.begin() + static_cast<std::ptrdiff_t>(dot) + 1, name.end(),
        [](unsigned char c) { return std::isalnum(c); });
}

std::string fileFor(const State& state, std::string_view path)
{
    if (!state.scope)
        return std::string(path);
    if (const Scope* location = state.scope->enclosing("location")) {
        const Scope::Directives alias = location->own("alias");
        if (!alias.empty() && !alias.back()->arguments.empty()) {
            const LocationName name = locationName(*location);
            const std::string folder = expandFirst(state, alias.back()->arguments.front());
            if (name.modifier == "~" || name.modifier == "~*" || path.empty())
                return folder;
            return folder + std::string(path.substr(std::min(name.text.size(), path.size())));
        }
    }
    const std::string root = state.scope->value("root", "html");
    // A root that refers to itself ($document_root) would never end.
    const bool isLoop = root.find("$document_root") != std::string::npos
        || root.find("$request_filename") != std::string::npos || root.find("$realpath_root") != std::string::npos;
    std::string folder = isLoop ? root : expandFirst(state, root);
    if (folder.ends_with('/') && path.starts_with('/'))
        folder.pop_back();
    return folder + std::string(path);
}

}
