#include "core/discovery/apache/offline.h"

#include "core/base/text.h"
#include "core/parse/apacheconfig.h"

#include <re2/re2.h>

#include <algorithm>
#include <set>

namespace hopscope::discovery::apache {

namespace {

bool isMainName(std::string_view name) { return name == "apache2.conf" || name == "httpd.conf"; }

std::set<std::string> filesIn(const parse::ApacheConfig& config)
{
    std::set<std::string> found;
    std::vector<const std::vector<parse::ApacheDirective>*> open { &config.directives };
    while (!open.empty()) {
        const std::vector<parse::ApacheDirective>& block = *open.back();
        open.pop_back();
        for (const parse::ApacheDirective& each : block) {
            found.insert(config.files[static_cast<std::size_t>(each.file)]);
            open.push_back(&each.block);
        }
    }
    return found;
}
}

bool isApacheText(const std::string& text)
{
    static const re2::RE2 section(R"((?mi)^\s*<(?:VirtualHost|Location|LocationMatch|Proxy|Directory|FilesMatch|IfModule|Macro)\s[^>]*>)");
    static const re2::RE2 directive(R"((?mi)^\s*(?:ProxyPass|ProxyPassMatch|RewriteRule|SetHandler|BalancerMember|ServerAlias|LoadModule)\s+\S)");
    return re2::RE2::PartialMatch(text, section) || re2::RE2::PartialMatch(text, directive);
}

model::SoftwareConfig offlineConfig(const std::vector<OfflineFile>& files, std::vector<model::ConfigWarning>& warnings)
{
    model::SoftwareConfig config;
    config.software = "apache";
    for (const OfflineFile& file : files)
        config.files.push_back({ file.path, file.text, {}, {} });
    for (const model::ConfigFile& file : config.files)
        if (isMainName(base::fileName(file.path)) && (config.mainFile.empty() || file.path.size() < config.mainFile.size()))
            config.mainFile = file.path;
    if (config.mainFile.empty() && config.files.size() == 1) {
        config.mainFile = config.files.front().path;
        return config;
    }
    if (!config.mainFile.empty()) {
        const std::set<std::string> used = filesIn(parse::loadApacheConfig(config.files, config.mainFile, {}));
        std::set<std::string> names;
        for (const std::string& each : used)
            names.insert(std::string(base::fileName(each)));
        for (const model::ConfigFile& file : config.files) {
            const std::string_view name = base::fileName(file.path);
            // what is available and, by the same name, enabled is there already
            const bool isCopy = file.path.find("-available/") != std::string::npos && names.contains(std::string(name));
            const bool isModule = file.path.find("mods-available/") != std::string::npos || file.path.find("conf-available/") != std::string::npos;
            if (!used.contains(file.path) && name != ".htaccess" && name != "envvars" && !isCopy && !isModule && isApacheText(file.text))
                warnings.push_back({ { file.path, 0 }, "no file includes it from " + config.mainFile + ": it is left out" });
        }
        return config;
    }
    // Sites without their main file: all that no other of them includes.
    std::set<std::string> included;
    for (const model::ConfigFile& file : config.files)
        for (const std::string& each : filesIn(parse::loadApacheConfig(config.files, file.path, {})))
            if (each != file.path)
                included.insert(each);
    model::ConfigFile main;
    const std::string& first = config.files.empty() ? main.path : config.files.front().path;
    main.path = first.substr(0, first.rfind('/') == std::string::npos ? 0 : first.rfind('/') + 1) + "apache2.conf";
    std::vector<std::string> names;
    for (const model::ConfigFile& file : config.files)
        if (!included.contains(file.path) && base::fileName(file.path) != ".htaccess" && isApacheText(file.text))
            names.push_back(file.path);
    std::sort(names.begin(), names.end());
    const std::string folder = main.path.substr(0, main.path.size() - std::string_view("apache2.conf").size());
    for (const std::string& name : names)
        main.text += "Include \"" + (name.starts_with(folder) ? name.substr(folder.size()) : name) + "\"\n";
    config.mainFile = main.path;
    config.files.push_back(std::move(main));
    return config;
}

}
