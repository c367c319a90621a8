#include "core/profile/profilefile.h"

#include "core/base/address.h"
#include "core/profile/address.h"

#include <algorithm>

namespace hopscope::profile {
namespace {

    bool isWordCharacter(char c)
    {
        const auto byte = static_cast<unsigned char>(c);
        return byte > 0x20 && byte != 0x7f;
    }

    base::Error badDestination(std::string_view text, const std::string& expected)
    {
        return { base::ErrorCode::InvalidArgument, "read SSH destination", shownForErrors(text), "expected " + expected,
            "Name an alias of your ssh config, or [user@]host[:port]." };
    }

}

base::Result<model::SshDestination> parseDestination(std::string_view text)
{
    if (text.empty())
        return base::failure(badDestination(text, "a host, found nothing"));
    if (!std::all_of(text.begin(), text.end(), isWordCharacter))
        return base::failure(badDestination(text, "no blanks and no control characters"));
    std::string_view rest = text;
    const bool isUrl = rest.starts_with("ssh://");
    if (isUrl) {
        rest.remove_prefix(6);
        if (rest.ends_with('/'))
            rest.remove_suffix(1);
        if (rest.find('/') != std::string_view::npos)
            return base::failure(badDestination(text, "no path after the host"));
    }
    model::SshDestination destination;
    if (const std::size_t at = rest.rfind('@'); at != std::string_view::npos) {
        destination.user = rest.substr(0, at);
        rest.remove_prefix(at + 1);
        if (destination.user.empty() || destination.user.front() == '-')
            return base::failure(badDestination(text, "a user name before the '@' that does not begin with '-'"));
        if (destination.user.find(':') != std::string::npos && isUrl)
            return base::failure(badDestination(text, "no password: a profile never holds one"));
    }
    const auto parts = splitHostAndPort(rest);
    if (!parts)
        return base::failure(badDestination(text, "host, host:port or [IPv6 address]:port, the port from 1 to 65535"));
    const auto& [host, port] = *parts;
    // A leading '-' would be an option to any program that the word is handed to.
    if (host.empty() || host.front() == '-')
        return base::failure(badDestination(text, "a host that does not begin with '-'"));
    if (host.find('/') != std::string::npos)
        return base::failure(badDestination(text, "a host without '/'"));
    destination.port = port;
    // A bare word may be an alias; ssh asks its config either way.
    if (!destination.port && destination.user.empty() && !base::isAddress(host))
        destination.alias = host;
    else
        destination.host = host;
    return destination;
}

}
