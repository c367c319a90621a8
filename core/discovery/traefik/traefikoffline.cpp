#include "core/discovery/traefik/settings.h"
#include "core/discovery/traefik/traefikconfig.h"

#include <re2/re2.h>

namespace hopscope::discovery::traefik {

bool isTraefikText(const std::string& path, const std::string& text)
{
    const bool isStructured = path.ends_with(".yml") || path.ends_with(".yaml") || path.ends_with(".toml") || path.ends_with(".json");
    if (!isStructured && !text.empty() && path.find('.') != std::string::npos)
        return false;
    static const re2::RE2 dynamic(R"((?mi)^\s*(?:\[+(?:http|tcp)\.(?:routers|services|middlewares)|routers\s*:|\[+(?:frontends|backends)\b))");
    static const re2::RE2 fixed(R"((?mi)^\s*(?:entryPoints\s*:|\[entryPoints))");
    static const re2::RE2 balancer(R"((?i)loadBalancer|\bbackend\s*=|certificatesResolvers|\[providers|providers\s*:|address\s*[=:])");
    return (re2::RE2::PartialMatch(text, dynamic) || re2::RE2::PartialMatch(text, fixed)) && re2::RE2::PartialMatch(text, balancer);
}

model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files)
{
    model::SoftwareConfig config;
    config.software = "traefik";
    for (const OfflineFile& file : files) {
        const std::string name = file.path.substr(file.path.rfind('/') + 1);
        const bool isStructured = name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".toml");
        if (files.size() > 1 && !isStructured && !isTraefikText(file.path, file.text))
            continue;
        config.files.push_back({ file.path, file.text, {}, {} });
        if (config.mainFile.empty() || name.starts_with("traefik."))
            config.mainFile = file.path;
    }
    return config;
}

}
