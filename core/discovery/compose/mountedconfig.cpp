#include "core/discovery/compose/mountedconfig.h"

#include "core/base/text.h"
#include "core/discovery/image.h"
#include "core/parse/lines.h"

#include <algorithm>

namespace hopscope::discovery::compose {

namespace {

std::string joined(const std::string& folder, std::string path)
{
    while (path.starts_with("./"))
        path.erase(0, 2);
    if (path == "." || path.empty())
        return folder;
    return folder.empty() || path.starts_with('/') ? path : folder + "/" + path;
}

/// "COPY [--chown=…] SOURCE… DESTINATION" of a Dockerfile, as mounts.
std::vector<parse::ComposeService::Volume> copiesOf(const std::string& dockerfile, const std::string& context)
{
    std::vector<parse::ComposeService::Volume> copies;
    for (const parse::Line& line : parse::linesOf(dockerfile)) {
        std::vector<std::string_view> words = parse::wordsOf(line.text);
        std::erase_if(words, [](std::string_view word) { return word.starts_with("--"); });
        if (words.size() < 3 || (words[0] != "COPY" && words[0] != "ADD") || line.text.find("--from=") != std::string_view::npos)
            continue;
        std::string destination(words.back());
        for (std::size_t i = 1; i + 1 < words.size(); ++i) {
            const std::string source(words[i]);
            const bool isFolder = destination.ends_with('/');
            std::string place = isFolder && base::fileName(source).find('.') != std::string_view::npos
                ? destination + std::string(base::fileName(source))
                : destination;
            copies.push_back({ joined(context, source), place });
        }
    }
    return copies;
}

std::string withVariables(std::string text, const parse::ComposeService& service)
{
    for (const parse::ComposeService::Variable& each : service.environment) {
        const std::string wanted = "${" + each.name + "}";
        for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + each.value.size()))
            text.replace(at, wanted.size(), each.value);
    }
    return text;
}

}

/// What an image reads when nothing else is said, and where its own main file leads.
void setMainFile(model::SoftwareConfig& config)
{
    const auto has = [&](std::string_view path) {
        return std::any_of(config.files.begin(), config.files.end(), [&](const model::ConfigFile& file) { return file.path == path; });
    };
    if (config.software == "nginx") {
        config.mainFile = "/etc/nginx/nginx.conf";
        if (!has(config.mainFile))
            config.files.push_back({ config.mainFile,
                "events {}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n    include /etc/nginx/sites-enabled/*;\n}\n", {}, {} });
        return;
    }
    for (const char* path : { "/usr/local/etc/haproxy/haproxy.cfg", "/etc/haproxy/haproxy.cfg", "/etc/caddy/Caddyfile",
             "/usr/local/apache2/conf/httpd.conf" })
        if (has(path))
            config.mainFile = path;
    if (config.mainFile.empty() && !config.files.empty())
        config.mainFile = config.files.front().path;
}

bool isConfiguration(const std::string& software, std::string_view inside)
{
    if (software == "nginx")
        return inside.starts_with("/etc/nginx/") && !inside.ends_with(".pem") && !inside.ends_with(".crt") && !inside.ends_with(".key");
    if (software == "haproxy")
        return inside.find("haproxy") != std::string_view::npos && inside.ends_with(".cfg");
    if (software == "caddy")
        return base::fileName(inside).find("addyfile") != std::string_view::npos || inside.starts_with("/etc/caddy/");
    if (software == "envoy" || software == "traefik")
        return inside.ends_with(".yaml") || inside.ends_with(".yml") || inside.ends_with(".json") || inside.ends_with(".toml");
    return software == "apache" && inside.ends_with(".conf");
}

MountedConfig mountedConfig(
    const parse::ComposeService& service, const std::string& folder, const std::vector<OfflineFile>& files)
{
    MountedConfig result;
    std::vector<parse::ComposeService::Volume> volumes;
    std::string software = softwareOfImage(service.image).id;
    if (!service.buildContext.empty()) {
        const std::string context = joined(folder, service.buildContext);
        for (const OfflineFile& file : files)
            if (file.path == joined(context, "Dockerfile")) {
                volumes = copiesOf(file.text, context);
                for (const parse::Line& line : parse::linesOf(file.text))
                    if (const auto words = parse::wordsOf(line.text); words.size() > 1 && words[0] == "FROM" && software == "unknown")
                        software = softwareOfImage(words[1]).id;
            }
    }
    volumes.insert(volumes.end(), service.volumes.begin(), service.volumes.end());
    result.config.software = software;
    for (const parse::ComposeService::Volume& volume : volumes)
        for (const OfflineFile& file : files) {
            const bool isIt = file.path == volume.source;
            if (!isIt && !file.path.starts_with(volume.source + "/"))
                continue;
            std::string inside = isIt ? volume.destination
                                      : joined(volume.destination.ends_with('/') ? volume.destination.substr(0, volume.destination.size() - 1) : volume.destination,
                                            file.path.substr(volume.source.size() + 1));
            if (!isConfiguration(software, inside))
                continue;
            std::string text = file.text;
            // the official image fills its templates when it starts
            if (inside.starts_with("/etc/nginx/templates/") && inside.ends_with(".template")) {
                inside = "/etc/nginx/conf.d/" + inside.substr(21, inside.size() - 21 - 9);
                text = withVariables(std::move(text), service);
            }
            std::erase_if(result.config.files, [&](const model::ConfigFile& each) { return each.path == inside; });
            result.config.files.push_back({ inside, std::move(text), {}, {} });
            result.places[inside] = file.path;
        }
    if (!result.config.files.empty())
        setMainFile(result.config);
    return result;
}

}
