#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// What a line of an access log tells of a request. Views into the line.
struct LoggedRequest {
    std::string_view method;
    std::string_view path; ///< without the query
    std::string_view host; ///< that was asked for, where the log names it
    std::string_view server; ///< that answered, "be_shop/app1", where the log names it
    int status = 0;
    bool isBroken = false; ///< the server or the proxy ended it before its end, whatever the status
};

/// The common and combined formats, HAProxy's httplog, Caddy's JSON. Empty for a line of another form.
std::optional<LoggedRequest> loggedRequest(std::string_view line);

/// "shop.example" of "https://shop.example:8443/cart".
std::string_view hostOfUrl(std::string_view url);
/// "/cart" of "https://shop.example/cart?x=1".
std::string_view pathOfUrl(std::string_view url);

struct Access {
    base::TimePoint at {};
    int status = 0;
    bool isBroken = false;
    const model::LogLine* line = nullptr;
};

/// The requests for the profile's path in the logs of the hop's caller, oldest first; not older than `age`.
std::vector<Access> accessesOf(const HopView& view, base::Milliseconds age);

}
