#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <optional>
#include <string>
#include <string_view>

namespace hopscope::profile {

struct HostAndPort {
    std::string host; ///< without brackets
    std::optional<base::Port> port;
};
/// "host", "host:port", "[IPv6]", "[IPv6]:port" or a bare IPv6 address; empty where it is none of them.
std::optional<HostAndPort> splitHostAndPort(std::string_view text);

/// An http or https URL with a host and without credentials. The error's detail reads "expected …, found …".
base::Result<void> checkUrl(const std::string& url);
/// The URL's host, without brackets; empty where it has none.
std::string hostOfUrl(const std::string& url);

/// Text of unknown origin for one line of an error: quoted, control characters escaped, at most 80 bytes.
std::string shownForErrors(std::string_view text);

}
