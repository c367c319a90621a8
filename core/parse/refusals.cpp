#include "core/parse/refusals.h"

#include <array>

namespace hopscope::parse {
namespace {

using Kind = Refusal::Kind;

struct Wording {
    std::string_view words;
    Kind kind;
};

// nginx 1.x and Apache 2.4, in their sources' own words. The order matters only for lines that hold two of them.
constexpr std::array wordings {
    Wording { "limiting requests, excess: ", Kind::Rate },
    Wording { "limiting connections by zone", Kind::Rate },
    Wording { "access forbidden by rule", Kind::Address },
    Wording { "client denied by server configuration", Kind::Address }, // AH01630, AH01797
    Wording { "no user/password was provided for basic authentication", Kind::Login },
    Wording { ": password mismatch", Kind::Login },
    Wording { "\" was not found in \"", Kind::Login },
    Wording { "AH01617: ", Kind::Login },
    Wording { "AH01618: ", Kind::Login },
    Wording { "AH01629: ", Kind::Login },
    Wording { "AH01631: ", Kind::Login },
    Wording { "AH00529: ", Kind::Permission }, // .htaccess can't be read
    Wording { "AH00035: ", Kind::Permission }, // search permissions are missing on a component of the path
    Wording { "AH00132: ", Kind::Permission },
    Wording { "AH00036: ", Kind::Permission },
    Wording { "AH01276: ", Kind::NoIndex },
    Wording { " is forbidden, client: ", Kind::NoIndex }, // directory index of "/srv/" is forbidden
    Wording { "client intended to send too large ", Kind::TooLarge },
    Wording { "client sent too large ", Kind::TooLarge },
    Wording { "client sent too long ", Kind::TooLarge },
    Wording { "AH00561: ", Kind::TooLarge },
    Wording { "AH01587: ", Kind::TooLarge },
    Wording { "AH01588: ", Kind::TooLarge },
};

/// Between two texts; empty where they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after)
{
    const std::size_t start = text.find(before);
    if (start == std::string_view::npos)
        return {};
    text.remove_prefix(start + before.size());
    const std::size_t end = text.find(after);
    return end == std::string_view::npos ? std::string_view() : text.substr(0, end);
}

/// open() "/srv/a" failed (13: Permission denied); stat() and opendir() alike.
std::optional<Kind> fileTrouble(std::string_view line)
{
    if (line.find("\" is forbidden (13: ") != std::string_view::npos) // a folder's index that may not be read
        return Kind::Permission;
    if (line.find("() \"/") == std::string_view::npos)
        return std::nullopt;
    if (line.find("\" failed (13: ") != std::string_view::npos)
        return Kind::Permission;
    if (line.find("\" failed (2: ") != std::string_view::npos || line.find("\" failed (20: ") != std::string_view::npos)
        return Kind::FileMissing;
    return std::nullopt;
}

std::string subjectOf(std::string_view line, Kind kind)
{
    if (kind == Kind::Rate)
        return std::string(between(line, "zone \"", "\""));
    if (const std::string_view path = between(line, "() \"", "\""); path.starts_with('/'))
        return std::string(path);
    if (const std::size_t end = line.find("\" is forbidden (13: "); end != std::string_view::npos) {
        const std::size_t quote = line.rfind('"', end - 1);
        return quote < end ? std::string(line.substr(quote + 1, end - quote - 1)) : std::string();
    }
    if (const std::string_view path = between(line, "directory index of \"", "\""); !path.empty())
        return std::string(path);
    // Apache: "AH01630: client denied by server configuration: /srv/site"; "AH00132: file permissions deny server access: /srv/a"
    const std::size_t at = line.rfind(": /");
    return at == std::string_view::npos ? std::string() : std::string(line.substr(at + 2, line.find_first_of(" ,", at + 3) - at - 2));
}

}

std::optional<Refusal> refusalIn(std::string_view line)
{
    constexpr std::size_t longest = 8192;
    line = line.substr(0, longest);
    std::optional<Kind> kind = fileTrouble(line);
    for (const Wording& each : wordings)
        if (!kind && line.find(each.words) != std::string_view::npos)
            kind = each.kind;
    if (!kind)
        return std::nullopt;
    Refusal found;
    found.kind = *kind;
    found.subject = subjectOf(line, *kind);
    std::string_view client = between(line, ", client: ", ",");
    if (client.empty())
        client = between(line, "[client ", "]");
    found.client = std::string(client);
    const std::string_view request = between(line, ", request: \"", "\"");
    found.key = std::string(request.substr(0, request.rfind(" HTTP/")));
    return found;
}

}
