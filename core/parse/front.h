#pragma once

#include "core/model/front.h"
#include "core/model/outside.h"

#include <string>
#include <string_view>

namespace hopscope::parse {

/// Who stands in front, by what this machine saw: the chain of DNS names, the response's headers and body. Each sign is the
/// provider's own (its documentation names it); none that another program sends too counts as certain.
model::Front frontOf(const model::OutsideView& outside);

/// Whose machine a host is, by its firmware (the lines of /sys/class/dmi/id that `identity` shows): "aws", "gcp", "azure",
/// "digitalocean", "hetzner" …; empty where nothing says so.
std::string cloudOf(std::string_view vendor, std::string_view product);

}
