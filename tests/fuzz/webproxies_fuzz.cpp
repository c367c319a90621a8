#include "core/discovery/discover.h"

#include <cstddef>
#include <cstdint>
#include <string>

/// The first byte chooses the software, the rest is its configuration: offline topology, and one request's way through it.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace hopscope;
    if (size == 0)
        return 0;
    const std::string software = data[0] % 2 == 0 ? "apache" : "haproxy";
    const std::string text(reinterpret_cast<const char*>(data + 1), size - 1);
    discovery::discoverOffline({ { "main.conf", text } }, software);
    model::Profile profile;
    profile.url = "https://shop.example/a/b.php?c=d";
    model::Facts facts;
    facts.urlAddresses = { "10.1.0.2" };
    const base::HostId name("edge");
    profile.hosts.push_back({ name, false, {} });
    model::HostFacts& host = facts.hosts[name];
    host.host = name;
    host.addresses = { "10.1.0.2" };
    model::SoftwareConfig config;
    config.software = software;
    config.mainFile = "main.conf";
    config.files.push_back({ "main.conf", text, {}, {} });
    host.configs.push_back(config);
    discovery::discover(profile, facts);
    return 0;
}
