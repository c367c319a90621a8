#include "core/discovery/compose/mountedconfig.h"

#include "core/base/text.h"
#include "core/discovery/image.h"
#include "core/discovery/offline.h"
#include "core/discovery/proxy.h"
#include "core/parse/composevariables.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <cctype>
#include <optional>

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

/// The instructions of a Dockerfile, each as one line.
std::vector<std::string> instructionsOf(const std::string& dockerfile)
{
    std::vector<std::string> instructions;
    bool goesOn = false;
    for (const parse::Line& line : parse::linesOf(dockerfile)) {
        std::string_view text = parse::trimmed(line.text);
        if (text.starts_with('#') || (text.empty() && !goesOn))
            continue;
        const bool isOpen = text.ends_with('\\');
        if (isOpen)
            text.remove_suffix(1);
        if (goesOn)
            instructions.back() += " " + std::string(text);
        else
            instructions.emplace_back(text);
        goesOn = isOpen;
    }
    return instructions;
}

/// "${NAME:-default}" and "$NAME" of a Dockerfile's own arguments and variables.
std::string filledFrom(const std::string& text, const std::map<std::string, std::string>& variables)
{
    const parse::Variables known(variables.begin(), variables.end());
    std::vector<std::string> unset;
    std::string filled = parse::filledIn(text, known, unset);
    return unset.empty() ? filled : text;
}
}

std::map<std::string, std::string> variablesOfDockerfile(const std::string& dockerfile, const std::map<std::string, std::string>& arguments)
{
    std::map<std::string, std::string> known = arguments;
    std::map<std::string, std::string> variables;
    const auto set = [&](std::string_view name, std::string_view written) {
        if (written.size() > 1 && (written.front() == '"' || written.front() == '\'') && written.back() == written.front())
            written = written.substr(1, written.size() - 2);
        variables[std::string(name)] = known[std::string(name)] = filledFrom(std::string(written), known);
    };
    for (const std::string& line : instructionsOf(dockerfile)) {
        const std::vector<std::string_view> words = parse::wordsOf(line);
        const std::string instruction = words.empty() ? std::string() : base::lowered(words[0]);
        if (words.size() < 2 || (instruction != "env" && instruction != "arg"))
            continue;
        if (instruction == "env" && words[1].find('=') == std::string_view::npos) {
            set(words[1], words.size() > 2 ? words[2] : std::string_view());
            continue;
        }
        for (std::size_t i = 1; i < words.size(); ++i)
            if (const std::size_t equals = words[i].find('='); equals != std::string_view::npos) {
                const std::string_view name = words[i].substr(0, equals);
                if (instruction == "env")
                    set(name, words[i].substr(equals + 1));
                else if (!arguments.contains(std::string(name))) // an argument's default
                    known[std::string(name)] = filledFrom(std::string(words[i].substr(equals + 1)), known);
            }
    }
    return variables;
}

namespace {
/// "COPY [--chown=…] SOURCE… DESTINATION" of a Dockerfile, as mounts.
std::vector<parse::ComposeService::Volume> copiesOf(const std::string& dockerfile, const std::string& context)
{
    std::vector<parse::ComposeService::Volume> copies;
    for (const std::string& line : instructionsOf(dockerfile)) {
        std::vector<std::string_view> words = parse::wordsOf(line);
        std::erase_if(words, [](std::string_view word) { return word.starts_with("--"); });
        if (words.size() < 3 || (words[0] != "COPY" && words[0] != "ADD") || line.find("--from=") != std::string::npos)
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

/// What the last stage of a Dockerfile builds on; a stage may build on one before it.
std::string finalImage(const std::string& dockerfile)
{
    std::map<std::string, std::string> stages;
    std::string software = "unknown";
    for (const std::string& line : instructionsOf(dockerfile)) {
        std::vector<std::string_view> words = parse::wordsOf(line);
        std::erase_if(words, [](std::string_view word) { return word.starts_with("--"); });
        if (words.size() < 2 || base::lowered(std::string(words[0])) != "from")
            continue;
        const auto stage = stages.find(std::string(words[1]));
        software = stage != stages.end() ? stage->second : softwareOfImage(std::string(words[1])).id;
        if (words.size() > 3)
            stages[std::string(words[3])] = software;
    }
    return software;
}

void replaceAll(std::string& text, const std::string& wanted, const std::string& value)
{
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + value.size()))
        text.replace(at, wanted.size(), value);
}

/// "$NAME" where the name ends there.
void replaceWord(std::string& text, const std::string& wanted, const std::string& value)
{
    for (std::size_t at = text.find(wanted); at != std::string::npos; at = text.find(wanted, at + value.size())) {
        const char next = at + wanted.size() < text.size() ? text[at + wanted.size()] : ' ';
        if (std::isalnum(static_cast<unsigned char>(next)) != 0 || next == '_') {
            at += wanted.size() - value.size(); // past the longer name
            continue;
        }
        text.replace(at, wanted.size(), value);
    }
}

/// What the service is given, put where a configuration leaves a place for it: "{$NAME:default}" of a Caddyfile, "${NAME}"
/// of all others, and in templates also "$NAME".
std::string withVariables(std::string text, const std::map<std::string, std::string>& variables, const std::string& software, bool isTemplate)
{
    for (const auto& [name, value] : variables) {
        if (software == "caddy") {
            replaceAll(text, "{$" + name + "}", value);
            for (std::size_t at = text.find("{$" + name + ":"); at != std::string::npos; at = text.find("{$" + name + ":", at + value.size()))
                text.replace(at, std::min(text.find('}', at), text.size() - 1) - at + 1, value);
            continue;
        }
        replaceAll(text, "${" + name + "}", value);
        if (isTemplate && !value.empty())
            replaceWord(text, "$" + name, value);
    }
    return text;
}

/// The name that a template's own has in the end: "default.conf.template" → "default.conf"; none for other files.
std::optional<std::string> withoutTemplateEnding(std::string_view path)
{
    for (const std::string_view ending : { ".template", ".tmpl", ".tpl", ".envsubst", ".j2", ".in" })
        if (path.ends_with(ending))
            return std::string(path.substr(0, path.size() - ending.size()));
    return std::nullopt;
}

/// Where an image looks for a file of this name, whatever place its start script takes it from.
std::string usualPlace(const std::string& software, std::string_view name)
{
    if (software == "nginx")
        return name == "nginx.conf" ? "/etc/nginx/nginx.conf" : name.ends_with(".conf") ? "/etc/nginx/conf.d/" + std::string(name) : "";
    if (software == "haproxy")
        return name.ends_with(".cfg") ? "/usr/local/etc/haproxy/" + std::string(name) : "";
    if (software == "caddy")
        return name == "Caddyfile" ? "/etc/caddy/Caddyfile" : "";
    if (software == "envoy" && (name.starts_with("envoy.") || name.starts_with("front-envoy.")))
        return "/etc/envoy/envoy.yaml";
    return {};
}

/// What a service of an image with a name of its own must be, since it is given that software's own file.
std::string softwareOfMounts(const std::vector<parse::ComposeService::Volume>& volumes)
{
    for (const parse::ComposeService::Volume& volume : volumes) {
        const std::string& inside = volume.destination;
        if (inside == "/etc/nginx" || inside == "/etc/nginx/" || inside.starts_with("/etc/nginx/nginx.conf") || inside.starts_with("/etc/nginx/conf.d")
            || inside.starts_with("/etc/nginx/templates") || inside.starts_with("/config/nginx") || inside.starts_with("/etc/nginx/sites-"))
            return "nginx";
        if (inside == "/etc/caddy/Caddyfile" || inside == "/etc/caddy" || inside == "/etc/Caddyfile")
            return "caddy";
        if (inside.starts_with("/usr/local/etc/haproxy") || inside.starts_with("/etc/haproxy"))
            return "haproxy";
        if (inside.starts_with("/etc/envoy/"))
            return "envoy";
        if (inside.starts_with("/etc/traefik/"))
            return "traefik";
    }
    return "unknown";
}

}

namespace {
/// Of a folder to build whose Dockerfile is not among the files: the proxy that the files in it configure.
MountedConfig configIn(const std::string& context, const std::vector<OfflineFile>& files)
{
    constexpr std::size_t mostFiles = 40;
    constexpr std::size_t mostBytes = 256 * 1024;
    std::vector<OfflineFile> own;
    for (const OfflineFile& file : files) {
        const std::string_view name = base::fileName(file.path);
        const bool mayConfigure = name.find('.') == std::string_view::npos || name.ends_with(".conf") || name.ends_with(".cfg")
            || name.ends_with(".yml") || name.ends_with(".yaml") || name.ends_with(".toml") || name.ends_with(".template");
        if (mayConfigure && file.path.starts_with(context + "/") && file.text.size() <= mostBytes)
            own.push_back(file);
        if (own.size() > mostFiles)
            return {}; // a program's own folder
    }
    MountedConfig result;
    result.config.software = "unknown";
    if (own.empty())
        return result;
    std::vector<model::ConfigWarning> warnings;
    result.config = configOf(own, softwareOfFiles(own), warnings);
    for (const model::ConfigFile& file : result.config.files)
        result.places[file.path] = { file.path, 0 };
    if (result.config.files.empty())
        result.config.software = "unknown";
    return result;
}
}

namespace {
/// A configuration that lies with a program may be for what stands in front of it: its ports are others then.
bool listensAsPublished(const model::SoftwareConfig& config, const parse::ComposeService& service)
{
    const std::unique_ptr<Proxy> proxy = makeProxy(config);
    if (!proxy)
        return false;
    const std::vector<ProxyListener> listeners = proxy->listeners();
    const auto isOpen = [&](base::Port port) {
        return std::any_of(service.ports.begin(), service.ports.end(), [&](const auto& each) { return each.containerPort == port; })
            || std::find(service.expose.begin(), service.expose.end(), port) != service.expose.end();
    };
    return listeners.empty() || (service.ports.empty() && service.expose.empty())
        || std::any_of(listeners.begin(), listeners.end(), [&](const ProxyListener& each) { return isOpen(each.port); });
}
}

/// What an image reads when nothing else is said, and where its own main file leads.
void setMainFile(model::SoftwareConfig& config)
{
    const auto has = [&](std::string_view path) {
        return std::any_of(config.files.begin(), config.files.end(), [&](const model::ConfigFile& file) { return file.path == path; });
    };
    if (config.software == "nginx") {
        config.mainFile = has("/config/nginx/nginx.conf") ? "/config/nginx/nginx.conf" : "/etc/nginx/nginx.conf";
        // linuxserver's image has its sites below /config; its own site includes those of the folder beside it
        const bool hasSites = std::any_of(config.files.begin(), config.files.end(),
            [](const model::ConfigFile& file) { return file.path.starts_with("/config/nginx/site-confs/"); });
        const std::string proxies = hasSites ? "" : "    include /config/nginx/proxy-confs/*.subdomain.conf;\n";
        if (!has(config.mainFile))
            config.files.push_back({ config.mainFile,
                "events {}\nhttp {\n    include /etc/nginx/conf.d/*.conf;\n    include /etc/nginx/http.d/*.conf;\n    include /etc/nginx/sites-enabled/*;\n"
                "    include /config/nginx/site-confs/*.conf;\n" + proxies + "}\n", {}, {} });
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
        return (inside.starts_with("/etc/nginx/") || (inside.starts_with("/config/nginx/") && inside.ends_with(".conf"))) && !inside.ends_with(".pem") && !inside.ends_with(".crt") && !inside.ends_with(".key");
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
    std::map<std::string, std::string> variables;
    std::string software = softwareOfImage(service.image).id;
    if (!service.buildContext.empty()) {
        const std::string context = joined(folder, service.buildContext);
        bool isThere = false;
        for (const OfflineFile& file : files)
            if (file.path == joined(context, service.dockerfile)) {
                isThere = true;
                volumes = copiesOf(file.text, context);
                variables = variablesOfDockerfile(file.text, service.buildArguments);
                if (software == "unknown")
                    software = finalImage(file.text);
            }
        if (!isThere && software == "unknown" && context != folder)
            if (MountedConfig built = configIn(context, files); !built.config.files.empty() && listensAsPublished(built.config, service))
                return built;
    }
    volumes.insert(volumes.end(), service.volumes.begin(), service.volumes.end());
    std::vector<parse::ComposeService::Volume> placesOfAll = volumes;
    for (const parse::ComposeService::InlineFile& file : service.inlineFiles)
        placesOfAll.push_back({ {}, file.destination });
    for (const parse::ComposeService::Variable& each : service.environment)
        if (!each.value.empty()) // what is set elsewhere stays a name: a site without an address would be none
            variables[each.name] = each.value;
    if (software == "unknown")
        software = softwareOfMounts(placesOfAll);
    result.config.software = software;
    std::vector<std::pair<const OfflineFile*, std::string>> elsewhere; // templates that a start script takes from anywhere
    const auto put = [&](const OfflineFile& file, const std::string& inside, bool isTemplate) {
        std::erase_if(result.config.files, [&](const model::ConfigFile& each) { return each.path == inside; });
        result.config.files.push_back({ inside, withVariables(file.text, variables, software, isTemplate), {}, {} });
        result.places[inside] = { file.path, 0 };
    };
    for (const parse::ComposeService::Volume& volume : volumes)
        for (const OfflineFile& file : files) {
            const bool isIt = file.path == volume.source;
            if (!isIt && !file.path.starts_with(volume.source + "/"))
                continue;
            std::string inside = isIt ? volume.destination
                                      : joined(volume.destination.ends_with('/') ? volume.destination.substr(0, volume.destination.size() - 1) : volume.destination,
                                            file.path.substr(volume.source.size() + 1));
            const std::optional<std::string> rendered = withoutTemplateEnding(inside);
            if (rendered && software != "unknown" && !isConfiguration(software, *rendered))
                elsewhere.emplace_back(&file, *rendered);
            if (rendered)
                inside = inside.starts_with("/etc/nginx/templates/") ? "/etc/nginx/conf.d/" + rendered->substr(21) : *rendered;
            if (!isConfiguration(software, inside))
                continue;
            put(file, inside, rendered.has_value());
        }
    for (const parse::ComposeService::InlineFile& file : service.inlineFiles)
        if (isConfiguration(software, file.destination)) {
            put({ file.place.file, file.text }, file.destination, false);
            result.places[file.destination] = file.place;
        }
    if (result.config.files.empty())
        for (const auto& [file, rendered] : elsewhere)
            if (const std::string usual = usualPlace(software, base::fileName(rendered)); !usual.empty())
                put(*file, usual, true);
    if (!result.config.files.empty())
        setMainFile(result.config);
    return result;
}

}
