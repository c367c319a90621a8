#include "core/probe/logpaths.h"

#include "core/probe/interfacelogs.h"

#include <algorithm>
#include <string_view>

namespace hopscope::probe {
namespace {

constexpr std::string_view blanks = " \t\r\n";

void add(std::vector<std::string>& paths, std::string_view path, std::size_t limit)
{
    if (paths.size() < limit && path.starts_with('/') && !path.starts_with("/dev/")
        && path.find_first_of("$*?") == std::string_view::npos
        && std::find(paths.begin(), paths.end(), path) == paths.end())
        paths.emplace_back(path);
}

/// The first argument of each "NAME argument …;" in the text, comments left out. A word scan is enough for one path;
/// the grammar proper is core/parse's.
std::vector<std::string_view> argumentsOf(std::string_view text, std::string_view name)
{
    std::vector<std::string_view> arguments;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        line = line.substr(0, line.find('#'));
        for (std::size_t at = line.find(name); at != std::string_view::npos; at = line.find(name, at + 1)) {
            const bool starts = at == 0 || std::string_view(" \t;{}").find(line[at - 1]) != std::string_view::npos;
            std::string_view rest = line.substr(at + name.size());
            if (!starts || rest.empty() || std::string_view(" \t=").find(rest.front()) == std::string_view::npos)
                continue;
            rest.remove_prefix(std::min(rest.find_first_not_of(" \t=\"'"), rest.size()));
            arguments.push_back(rest.substr(0, rest.find_first_of(" \t;\"'\r")));
        }
    }
    return arguments;
}

std::string replaced(std::string text, std::string_view what, const std::string& with)
{
    if (const std::size_t at = text.find(what); at != std::string::npos)
        text.replace(at, what.size(), with);
    return text;
}

/// Where Apache's relative paths start, and what its logs' variable stands for.
struct ApacheFolders {
    std::string root;
    std::string logs = "/var/log/apache2";
};

ApacheFolders apacheFolders(const model::SoftwareConfig& config)
{
    ApacheFolders folders;
    for (const std::string& each : config.runtime)
        if (each.starts_with("root "))
            folders.root = each.substr(5);
    for (const model::ConfigFile& file : config.files)
        for (const std::string_view path : argumentsOf(file.text, "APACHE_LOG_DIR"))
            if (path.starts_with('/'))
                folders.logs = std::string(path.substr(0, path.find('$')));
    return folders;
}

void addApache(const model::SoftwareConfig& config, LogPaths& paths, std::size_t limit)
{
    const ApacheFolders folders = apacheFolders(config);
    const auto whole = [&](std::string_view written) {
        std::string path = replaced(std::string(written), "${APACHE_LOG_DIR}", folders.logs);
        const bool isRelative = !path.empty() && path.find_first_of("/|$") != 0 && path.find(':') == std::string::npos;
        return isRelative && !folders.root.empty() ? folders.root + "/" + path : path;
    };
    for (const model::ConfigFile& file : config.files) {
        for (const std::string_view path : argumentsOf(file.text, "ErrorLog"))
            add(paths.errorLogs, whole(path), limit);
        for (const char* name : { "CustomLog", "TransferLog" })
            for (const std::string_view path : argumentsOf(file.text, name))
                add(paths.accessLogs, whole(path), limit);
    }
    if (paths.errorLogs.empty())
        add(paths.errorLogs, folders.root == "/etc/httpd" ? "/var/log/httpd/error_log" : "/var/log/apache2/error.log", limit);
}

/// What stands behind "NAME " among the words on how it runs.
std::string runtimeOf(const model::SoftwareConfig& config, std::string_view name)
{
    for (const std::string& each : config.runtime)
        if (each.starts_with(name) && each.size() > name.size() && each[name.size()] == ' ')
            return each.substr(name.size() + 1);
    return {};
}

/// nginx takes a relative path as below the folder it was built or started with.
std::string belowPrefix(std::string_view path, const std::string& prefix)
{
    const bool isFile = !path.empty() && path != "off" && path != "stderr" && path.find_first_of("/$:") != 0
        && path.find(':') == std::string_view::npos;
    return isFile && !prefix.empty() ? prefix + "/" + std::string(path) : std::string(path);
}

}

LogPaths logPaths(const model::HostFacts& host, std::size_t limit)
{
    LogPaths paths;
    for (const model::SoftwareConfig& config : host.configs) {
        if (!config.container.empty())
            continue; // its paths are not this host's
        const InterfaceLogs interface = interfaceLogs(config);
        for (const std::string& path : interface.errors)
            add(paths.errorLogs, path, limit);
        for (const std::string& path : interface.accesses)
            add(paths.accessLogs, path, limit);
        if (config.software == "apache")
            addApache(config, paths, limit);
        // It logs to syslog or to its own output, whatever its files say; Debian's and RHEL's syslog write this file.
        if (config.software == "haproxy")
            add(paths.balancerLogs, "/var/log/haproxy.log", limit);
        const std::string prefix = config.software == "nginx" ? runtimeOf(config, "prefix") : std::string();
        bool hasErrorLog = false;
        for (const model::ConfigFile& file : config.files) {
            for (const std::string_view path : argumentsOf(file.text, "error_log")) {
                add(config.software == "php-fpm" ? paths.poolLogs : paths.errorLogs, belowPrefix(path, prefix), limit);
                hasErrorLog = true;
            }
            if (config.software != "nginx")
                continue;
            for (const std::string_view path : argumentsOf(file.text, "access_log"))
                add(paths.accessLogs, belowPrefix(path, prefix), limit);
        }
        if (const std::string builtIn = runtimeOf(config, "error-log"); config.software == "nginx" && !hasErrorLog)
            add(paths.errorLogs, builtIn.empty() ? "/var/log/nginx/error.log" : belowPrefix(builtIn, prefix), limit);
    }
    return paths;
}

}
