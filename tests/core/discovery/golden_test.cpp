#include "core/discovery/discover.h"
#include "core/discovery/offline.h"
#include "core/discovery/proxy.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace hopscope::discovery {
namespace {

namespace fs = std::filesystem;

const fs::path goldens = fs::path(HOPSCOPE_SOURCE_DIR) / "tests/golden/nginx";

std::string contents(const fs::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

std::vector<OfflineFile> filesOf(const fs::path& folder)
{
    std::vector<OfflineFile> files;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder))
        if (entry.is_regular_file() && entry.path().filename() != "urls.txt" && entry.path().filename() != "expected.txt")
            files.push_back({ fs::relative(entry.path(), folder).string(), contents(entry.path()) });
    std::sort(files.begin(), files.end(), [](const OfflineFile& a, const OfflineFile& b) { return a.path < b.path; });
    return files;
}

std::string seconds(const std::optional<base::Milliseconds>& time)
{
    return time ? std::to_string(time->count()) : "-";
}

std::string textOf(const model::Declared& declared)
{
    std::string text = declared.place.file + ":" + std::to_string(declared.place.line) + " times " + seconds(declared.timeouts.connect)
        + "/" + seconds(declared.timeouts.read) + "/" + seconds(declared.timeouts.send);
    if (declared.weight)
        text += " weight " + std::to_string(*declared.weight);
    if (declared.isBackup)
        text += " backup";
    if (declared.isDown)
        text += " down";
    if (declared.keepalive)
        text += " keepalive " + std::to_string(*declared.keepalive);
    if (declared.maxConnections)
        text += " connections " + std::to_string(*declared.maxConnections);
    if (!declared.serverName.empty())
        text += " sni " + declared.serverName;
    if (declared.verifiesCertificate)
        text += " verified";
    if (declared.sendsProxyProtocol)
        text += " proxy-protocol";
    return text;
}

/// Everything that discovery says of these files, as lines that a person can check.
std::string described(const std::vector<OfflineFile>& files, const std::string& urls)
{
    std::string text;
    const Discovered found = discoverOffline(files, "");
    for (const model::Hop& hop : found.topology.hops)
        text += hop.id.value() + " " + id(hop.protocol) + (hop.group.empty() ? "" : " of " + hop.group) + " " + textOf(hop.declared) + "\n";
    for (const model::ConfigWarning& warning : found.warnings)
        text += "warning " + warning.place.file + ":" + std::to_string(warning.place.line) + " " + warning.message + "\n";
    std::vector<model::ConfigWarning> ignored;
    const model::SoftwareConfig config = nginxConfigOf(files, ignored);
    const std::unique_ptr<Proxy> proxy = makeProxy(config);
    std::istringstream lines(urls);
    for (std::string url; std::getline(lines, url);) {
        text += "\n" + url + "\n";
        const ProxyRoute route = proxy->route(requestFor(url).value(), nullptr);
        for (const ProxyTarget& target : route.targets)
            if (target.isOnPath)
                text += "  to " + target.declared.endpoint.text() + " asks " + target.declared.requestPath + " of \""
                    + target.declared.requestHost + "\"" + (target.group.empty() ? "" : " group " + target.group)
                    + (target.declared.scriptFile.empty() ? "" : " script " + target.declared.scriptFile) + "\n";
        if (!route.note.empty())
            text += "  " + route.note + "\n";
        for (const model::ConfigWarning& warning : route.warnings)
            text += "  warning line " + std::to_string(warning.place.line) + ": " + warning.message + "\n";
    }
    return text;
}

class NginxGolden : public ::testing::TestWithParam<std::string> { };

/// HOPSCOPE_UPDATE_GOLDEN=1 writes what is there now; read the difference before it is committed.
TEST_P(NginxGolden, IsReadAsExpected)
{
    const fs::path folder = goldens / GetParam();
    const std::string actual = described(filesOf(folder), contents(folder / "urls.txt"));
    if (std::getenv("HOPSCOPE_UPDATE_GOLDEN"))
        std::ofstream(folder / "expected.txt", std::ios::binary) << actual;
    EXPECT_EQ(actual, contents(folder / "expected.txt"));
}

std::vector<std::string> folders()
{
    std::vector<std::string> names;
    for (const fs::directory_entry& entry : fs::directory_iterator(goldens))
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

INSTANTIATE_TEST_SUITE_P(Folders, NginxGolden, ::testing::ValuesIn(folders()), [](const auto& each) {
    std::string name = each.param;
    std::replace(name.begin(), name.end(), '-', '_');
    return name;
});

}
}
