#pragma once

#include "core/base/ids.h"
#include "core/base/result.h"

#include <map>
#include <string>
#include <string_view>

namespace hopscope::discovery {

/// A request as it arrives at one proxy: the profile's url at the first, what the proxy before it sends at the others.
struct Request {
    bool isTls = false;
    std::string host;     ///< the Host header without a port, lower-case
    std::string hostText; ///< the Host header as sent
    std::string address;  ///< of this proxy that was connected to; empty where not known
    base::Port port = 80; ///< of this proxy
    std::string socket;   ///< the unix socket instead of address and port
    std::string path = "/"; ///< as sent, still encoded, without the query
    std::string query;      ///< without the "?"
    std::string serverName; ///< SNI
    std::map<std::string, std::string> headers; ///< known further ones, names in lower case

    /// Path and query as the request line holds them.
    std::string target() const { return query.empty() ? path : path + "?" + query; }
    void setTarget(std::string_view target);
    void setHost(std::string_view hostHeader);
};

/// The request that a browser makes for this url (http or https).
base::Result<Request> requestFor(std::string_view url);

}
