#include "core/profile/address.h"
#include "core/profile/profilefile.h"
#include "core/profile/profilereader.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::profile {
namespace {

    /// '/' and '>' part the ids of nodes and hops.
    bool isFitForIds(const std::string& name)
    {
        return name.front() != ' ' && name.back() != ' ' && name.size() <= 255
            && std::none_of(name.begin(), name.end(), [](char c) {
                   return c == '/' || c == '>' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
               });
    }

}

JsonFields::Problem problemWithHosts(const std::vector<model::ProfileHost>& hosts)
{
    std::map<std::string, std::size_t> indexByName;
    for (std::size_t index = 0; index < hosts.size(); ++index) {
        const std::string path = "hosts[" + std::to_string(index) + "].name: ";
        const std::string& name = hosts[index].name.value();
        if (name.empty() || !isFitForIds(name))
            return path + "expected a name without '/', '>' and control characters, found " + shownForErrors(name);
        if (const auto [at, isNew] = indexByName.emplace(name, index); !isNew)
            return path + "expected a name that no other host has, found " + shownForErrors(name) + ", the name of hosts["
                + std::to_string(at->second) + "] too";
    }
    for (std::size_t index = 0; index < hosts.size(); ++index) {
        const std::string path = "hosts[" + std::to_string(index) + "].ssh.jump: ";
        std::set<std::string> passed { hosts[index].name.value() };
        std::string jump = hosts[index].ssh.jump;
        while (!jump.empty()) {
            const auto at = indexByName.find(jump);
            if (at == indexByName.end()) {
                if (!parseDestination(jump))
                    return path + "expected a host of this profile or [user@]host[:port], found " + shownForErrors(jump);
                break;
            }
            if (hosts[at->second].isLocal)
                return path + "expected a host that SSH reaches, found the local host " + shownForErrors(jump);
            if (!passed.insert(jump).second)
                return path + "expected a way that ends, found one that comes back to " + shownForErrors(jump);
            jump = hosts[at->second].ssh.jump;
        }
    }
    return std::nullopt;
}

base::Result<model::Profile> makeProfile(const std::string& url, const std::vector<std::string>& destinations)
{
    if (auto checked = checkUrl(url); !checked)
        return tl::unexpected(checked.error());
    model::Profile profile;
    profile.name = hostOfUrl(url);
    profile.url = url;
    std::map<std::string, int> uses;
    for (const std::string& text : destinations) {
        auto destination = parseDestination(text);
        if (!destination)
            return tl::unexpected(destination.error());
        const bool isRepeated = std::any_of(profile.hosts.begin(), profile.hosts.end(),
            [&](const model::ProfileHost& host) { return host.ssh == *destination; });
        if (isRepeated)
            continue;
        std::string name = destination->alias.empty() ? destination->host : destination->alias;
        std::replace(name.begin(), name.end(), '>', '_');
        if (const int use = ++uses[name]; use > 1)
            name += "-" + std::to_string(use);
        profile.hosts.push_back({ base::HostId(name), false, *destination });
    }
    if (const auto problem = problemWithHosts(profile.hosts))
        return base::failure({ base::ErrorCode::InvalidArgument, "make profile", url, *problem, "" });
    return profile;
}

}
