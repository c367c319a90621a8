#include "core/discovery/discover.h"
#include "core/parse/cluster/capture.h"

#include <cstddef>
#include <cstdint>
#include <string>

/// The bytes as manifests, as what the check "kubernetes" brings, and as one request's way through that cluster.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    using namespace hopscope;
    const std::string text(reinterpret_cast<const char*>(data), size);
    discovery::discoverOffline({ { "shop.yaml", text } }, "kubernetes");
    discovery::discoverOffline({ { "a/values.yaml", text }, { "a/templates/b.yaml", text } }, "kubernetes");
    model::Profile profile;
    profile.url = "https://shop.example/a/b?c=d";
    model::Facts facts;
    facts.urlAddresses = { "10.1.0.2" };
    const base::HostId name("edge");
    profile.hosts.push_back({ name, false, {}, {} });
    model::HostFacts& host = facts.hosts[name];
    host.host = name;
    host.addresses = { "10.1.0.2" };
    host.clusters.push_back(parse::parseCluster(text, "anna").cluster);
    discovery::discover(profile, facts);
    return 0;
}
