#include "core/discovery/discover.h"

#include <cstddef>
#include <cstdint>
#include <string>

/// The bytes as an nginx configuration: read, offline topology, and one request's way through it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace hopscope;
    const std::string text(reinterpret_cast<const char*>(data), size);
    discovery::discoverOffline({ { "nginx.conf", text } }, "nginx");
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
    config.software = "nginx";
    config.mainFile = "nginx.conf";
    config.files.push_back({ "nginx.conf", text, {}, {} });
    host.configs.push_back(config);
    discovery::discover(profile, facts);
    return 0;
}
