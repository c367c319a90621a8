#pragma once

#include "core/discovery/traefik/traefikconfig.h"
#include "core/parse/configtree.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::discovery::traefik {

/// The member of that name whatever its case, as Traefik reads its files, labels and options.
const parse::ConfigTree& get(const parse::ConfigTree& tree, std::string_view name);
const parse::ConfigTree& get(const parse::ConfigTree& tree, std::initializer_list<std::string_view> names);
bool flag(const parse::ConfigTree& tree, std::string_view name, bool otherwise);
/// A list, or a text with commas.
std::vector<std::string> listOf(const parse::ConfigTree& tree);

/// A named thing of the dynamic configuration, with where it stands.
struct Named {
    std::string name;     ///< without provider
    std::string provider; ///< "docker", "file"; may be empty
    std::string file;
    const parse::ConfigTree* tree = nullptr;
};

/// All of one kind ("routers", "services"), found by name and by the provider of whoever asks.
class Directory {
public:
    void add(Named named);
    const Named* find(const std::string& name, const std::string& provider) const;
    const std::vector<Named>& all() const { return m_all; }

private:
    std::vector<Named> m_all;
    std::multimap<std::string, std::size_t> m_byName;
};

/// An entry point with what it does to all its requests.
struct EntryPoint {
    std::string name;
    ProxyListener listener;
    bool isUdp = false;
    bool isTls = false;
    bool isInternal = false;
    std::vector<std::string> middlewares;
    std::string redirectTo; ///< the name of another entry point, or ":443"
    std::string redirectScheme;
};

std::vector<EntryPoint> entryPointsOf(const std::vector<parse::ConfigTree>& documents);

}
