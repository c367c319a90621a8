#pragma once

#include <string>
#include <vector>

namespace hopscope::model {

/// Who says that it stands between this machine and the profile's hosts: a CDN, a balancer, a platform.
struct Front {
    std::string software; ///< "cloudflare", "aws-alb", "heroku" …; empty: nobody says so
    std::string name;     ///< for people: "Cloudflare"
    std::vector<std::string> signs; ///< what shows it, verbatim: "CF-Ray: 8f…", "shop.example → x.elb.amazonaws.com"
    /// Whether all requests must come through it. A `Via` or `X-Cache` alone may be a proxy on a host of ours.
    bool isCertain = false;

    bool operator==(const Front&) const = default;
};

}
