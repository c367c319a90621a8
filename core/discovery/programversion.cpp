#include "core/discovery/programversion.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace hopscope::discovery {

namespace {
using model::ProgramVersion;

std::string ofPackage(const model::HostFacts& host, std::string_view package)
{
    for (const ProgramVersion& each : host.versions)
        if (each.path.empty() && each.package == package)
            return each.version;
    return {};
}

/// The digits and dots that a text goes on with after a mark: "8.2" of "/usr/sbin/php-fpm8.2".
std::string numberAfter(std::string_view text, std::string_view mark)
{
    const std::size_t at = text.find(mark);
    if (at == std::string_view::npos)
        return {};
    text.remove_prefix(at + mark.size());
    std::string number(text.substr(0, text.find_first_not_of("0123456789.")));
    while (number.ends_with('.'))
        number.pop_back();
    return number;
}

/// A library of Python's: the one below the folder that the command line names ("/srv/shop/venv/bin/gunicorn"), else the
/// system's.
std::string ofPythonLibrary(const model::HostFacts& host, const std::string& library, const std::vector<std::string>& words)
{
    bool isElsewhere = false;
    for (const std::string& word : words) {
        const std::size_t bin = word.starts_with('/') ? word.rfind("/bin/") : std::string::npos;
        if (bin == std::string::npos)
            continue;
        const std::string home = word.substr(0, bin);
        for (const ProgramVersion& each : host.versions)
            if (each.package == library && !each.path.empty() && each.path.starts_with(home + "/lib/python"))
                return each.version;
        isElsewhere = isElsewhere || (home != "/usr" && home != "");
    }
    if (isElsewhere)
        return {};
    const std::string package = ofPackage(host, "python3-" + library);
    return package.empty() ? ofPackage(host, library) : package;
}

std::string ofTomcat(const model::HostFacts& host, const std::vector<std::string>& words)
{
    for (const std::string& word : words) {
        if (!word.starts_with("-Dcatalina.home="))
            continue;
        const std::string home = word.substr(16);
        for (const ProgramVersion& each : host.versions)
            if (each.package == "tomcat" && each.path == home)
                return each.version;
        if (home.starts_with("/usr/share/tomcat"))
            return ofPackage(host, home.substr(home.rfind('/') + 1));
    }
    return {};
}
}

std::string programVersion(const model::HostFacts& host, const std::string& software, const model::Process& process,
    const std::vector<std::string>& words)
{
    if (!process.container.empty())
        return {};
    constexpr auto libraries = std::to_array<std::string_view>({ "gunicorn", "uvicorn", "hypercorn", "daphne" });
    if (std::find(libraries.begin(), libraries.end(), software) != libraries.end())
        return ofPythonLibrary(host, software, words);
    if (software == "tomcat")
        return ofTomcat(host, words);
    if (software == "puma") // "puma 6.4.0 (tcp://0.0.0.0:9292) [shop]"
        return numberAfter(process.commandLine.substr(0, 24), "puma ");
    if (software == "php-fpm") {
        std::string branch = numberAfter(process.commandLine, "(/etc/php/");
        if (branch.empty())
            branch = numberAfter(process.executable, "php-fpm");
        const std::string whole = ofPackage(host, "php" + branch + "-fpm");
        return whole.empty() ? branch : whole;
    }
    for (const ProgramVersion& each : host.versions)
        if (!process.executable.empty() && each.path == process.executable && each.package.empty())
            return each.version;
    if (software == "postgresql")
        return ofPackage(host, "postgresql-" + numberAfter(process.executable, "/postgresql/"));
    // A package's own program; one that somebody put elsewhere is not the package's.
    if (!process.executable.starts_with("/usr/bin/") && !process.executable.starts_with("/usr/sbin/"))
        return {};
    if (software == "redis") {
        const std::string valkey = ofPackage(host, "valkey-server");
        return process.executable.find("valkey") != std::string::npos ? valkey : ofPackage(host, "redis-server");
    }
    if (software == "memcached")
        return ofPackage(host, "memcached");
    if (software == "mysql" || software == "mariadb")
        return ofPackage(host, software + "-server");
    return {};
}

}
