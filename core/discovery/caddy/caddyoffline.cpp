#include "core/discovery/caddy/caddyoffline.h"

#include "core/base/text.h"
#include "core/parse/caddyfile.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <set>

namespace hopscope::discovery::caddy {

namespace {

/// "Caddyfile", "Caddyfile.prod", "shop.caddyfile", "shop.caddy".
bool isCaddyName(const std::string& path)
{
    const std::string name = base::lowered(path.substr(path.rfind('/') + 1));
    return name.starts_with("caddyfile") || name.ends_with(".caddyfile") || name.ends_with(".caddy");
}

bool isCaddyJson(const std::string& text)
{
    static const re2::RE2 apps(R"re("apps"\s*:\s*\{)re");
    static const re2::RE2 servers(R"re("servers"\s*:\s*\{)re");
    return re2::RE2::PartialMatch(text, apps) && re2::RE2::PartialMatch(text, servers);
}
}

bool isCaddyText(const std::string& text)
{
    static const re2::RE2 directive(R"((?m)^\s+(?:reverse_proxy|php_fastcgi|file_server|handle|handle_path|forward_auth|respond)\b)");
    static const re2::RE2 semicolon(R"(;\s*(?:\n|$))");
    if (isCaddyJson(text))
        return true;
    return re2::RE2::PartialMatch(text, directive) && !re2::RE2::PartialMatch(text, semicolon);
}

model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings)
{
    model::SoftwareConfig config;
    config.software = "caddy";
    for (const OfflineFile& file : files)
        config.files.push_back({ file.path, file.text, {}, {} });
    for (const model::ConfigFile& file : config.files)
        if (file.path.substr(file.path.rfind('/') + 1) == "Caddyfile"
            && (config.mainFile.empty() || file.path.size() < config.mainFile.size()))
            config.mainFile = file.path;
    std::set<std::string> imported;
    std::vector<const model::ConfigFile*> candidates;
    for (const model::ConfigFile& file : config.files)
        if (config.files.size() == 1 || isCaddyName(file.path) || isCaddyText(file.text)) {
            candidates.push_back(&file);
            if (!isCaddyJson(file.text))
                for (std::string& each : parse::parseCaddyfile(config.files, file.path).imported)
                    imported.insert(std::move(each));
        }
    std::vector<std::string> alone;
    for (const model::ConfigFile* file : candidates)
        if (!imported.contains(file->path) && file->path != config.mainFile)
            alone.push_back(file->path);
    if (!config.mainFile.empty()) {
        for (const std::string& path : alone)
            warnings.push_back({ { path, 0 }, "no file imports it from " + config.mainFile + ": it is left out" });
    } else if (alone.size() == 1) {
        config.mainFile = alone.front();
    } else {
        model::ConfigFile all;
        all.path = "Caddyfile";
        for (const std::string& path : alone)
            all.text += "import \"" + path + "\"\n";
        config.mainFile = all.path;
        config.files.push_back(std::move(all));
    }
    return config;
}

}
