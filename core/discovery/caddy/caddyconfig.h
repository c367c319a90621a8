#pragma once

#include "core/discovery/routing/routedproxy.h"
#include "core/model/facts.h"

namespace hopscope::discovery::caddy {

/// A Caddyfile with its imports: sites to servers, automatic HTTPS and its redirects included.
routing::Configuration fromCaddyfile(const std::vector<model::ConfigFile>& files, const std::string& mainFile);

/// Caddy's own JSON: what `/config/` and `caddy adapt` give, or a file of it.
routing::Configuration fromJson(const model::ConfigFile& file);

/// All that is known of one Caddy: what runs (the admin API's answer), with the places of the Caddyfile; the Caddyfile
/// alone where the API says nothing.
routing::Configuration configurationOf(const model::SoftwareConfig& config);

/// The path that the admin API's answer has among a SoftwareConfig's files.
inline constexpr const char* adminConfig = "admin /config/";

}
