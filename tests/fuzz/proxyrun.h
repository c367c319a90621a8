#pragma once

#include "core/discovery/discover.h"

#include <string>

namespace hopscope::fuzz {

/// A text as this software's configuration: read, offline topology, and one request's way through it.
inline void runProxy(const std::string& software, const std::string& path, const std::string& text)
{
    discovery::discoverOffline({ { path, text } }, software);
    model::Profile profile;
    profile.url = "https://shop.example/a/b?c=d";
    model::Facts facts;
    facts.urlAddresses = { "10.1.0.2" };
    const base::HostId name("edge");
    profile.hosts.push_back({ name, false, {} });
    model::HostFacts& host = facts.hosts[name];
    host.host = name;
    host.addresses = { "10.1.0.2" };
    model::SoftwareConfig config;
    config.software = software;
    config.mainFile = path;
    config.files.push_back({ path, text, {}, {} });
    host.configs.push_back(config);
    discovery::discover(profile, facts);
}

}
