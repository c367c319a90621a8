#include "core/probe/outside/localnetwork.h"

#include "core/probe/outside.h"

#include <QtNetwork/QNetworkInformation>

#include <charconv>
#include <fstream>
#include <optional>
#include <sstream>
#include <vector>

#ifdef __APPLE__
#include <QtCore/QProcess>
#endif

namespace hopscope::probe {
namespace {

    std::vector<std::vector<std::string>> rows(std::string_view table)
    {
        std::vector<std::vector<std::string>> found;
        std::istringstream lines { std::string(table) };
        std::string line;
        std::getline(lines, line); // the heading
        while (std::getline(lines, line)) {
            std::istringstream words(line);
            std::vector<std::string> row;
            std::string word;
            while (words >> word)
                row.push_back(word);
            found.push_back(std::move(row));
        }
        return found;
    }

    std::optional<unsigned long> number(std::string_view text, int base)
    {
        unsigned long value = 0;
        if (text.starts_with("0x"))
            text.remove_prefix(2);
        const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), value, base);
        if (problem != std::errc() || end != text.data() + text.size())
            return std::nullopt;
        return value;
    }

    /// The kernel prints the address's four bytes as one number of this machine's byte order; all we run on are
    /// little-endian in practice (proc(5)).
    std::string dotted(unsigned long value)
    {
        return std::to_string(value & 0xff) + "." + std::to_string((value >> 8) & 0xff) + "."
            + std::to_string((value >> 16) & 0xff) + "." + std::to_string((value >> 24) & 0xff);
    }

#ifdef __APPLE__
    std::string printedBy(const QString& program, const QStringList& words)
    {
        QProcess process;
        process.start(program, words);
        return process.waitForFinished(1000) ? process.readAllStandardOutput().toStdString() : std::string();
    }
#else
    std::string fileText(const char* path)
    {
        std::ostringstream text;
        text << std::ifstream(path).rdbuf();
        return text.str().substr(0, 1024 * 1024);
    }
#endif

}

Gateway gatewayFrom(std::string_view routes, std::string_view neighbours)
{
    constexpr unsigned long isUp = 0x1;
    constexpr unsigned long isGateway = 0x2;
    constexpr unsigned long isComplete = 0x2; // ATF_COM of if_arp.h
    Gateway gateway;
    std::optional<unsigned long> bestMetric;
    for (const auto& row : rows(routes)) {
        // Iface Destination Gateway Flags RefCnt Use Metric Mask …
        if (row.size() < 8 || row[1] != "00000000" || row[7] != "00000000")
            continue;
        const auto address = number(row[2], 16);
        const auto flags = number(row[3], 16);
        const auto metric = number(row[6], 10);
        if (!address || !flags || !metric || (*flags & (isUp | isGateway)) != (isUp | isGateway))
            continue;
        if (!bestMetric || *metric < *bestMetric) {
            bestMetric = metric;
            gateway.address = dotted(*address);
        }
    }
    if (gateway.address.empty())
        return gateway;
    for (const auto& row : rows(neighbours)) {
        // IP HW-type Flags HW-address Mask Device
        if (row.size() < 3 || row[0] != gateway.address)
            continue;
        const auto flags = number(row[2], 16);
        if (flags)
            gateway.result = *flags & isComplete ? model::AttemptResult::Succeeded : model::AttemptResult::Unreachable;
    }
    return gateway;
}

Gateway defaultGateway()
{
#ifdef __APPLE__
    Gateway gateway;
    std::istringstream words(printedBy(QStringLiteral("/sbin/route"), { QStringLiteral("-n"), QStringLiteral("get"), QStringLiteral("default") }));
    for (std::string word; words >> word;)
        if (word == "gateway:")
            words >> gateway.address;
    if (gateway.address.empty())
        return gateway;
    const std::string neighbour = printedBy(QStringLiteral("/usr/sbin/arp"), { QStringLiteral("-n"), QString::fromStdString(gateway.address) });
    if (neighbour.find("(incomplete)") != std::string::npos)
        gateway.result = model::AttemptResult::Unreachable;
    else if (neighbour.find(" at ") != std::string::npos)
        gateway.result = model::AttemptResult::Succeeded;
    return gateway;
#else
    return gatewayFrom(fileText("/proc/net/route"), fileText("/proc/net/arp"));
#endif
}

void loadNetworkInformation()
{
    // Not the default backend: on Linux that is NetworkManager's alone, which servers and many laptops do not run.
    QNetworkInformation::loadBackendByFeatures(QNetworkInformation::Feature::Reachability);
}

std::string systemReachability()
{
    const QNetworkInformation* system = QNetworkInformation::instance();
    if (!system)
        return "unknown";
    switch (system->reachability()) {
    case QNetworkInformation::Reachability::Unknown: return "unknown";
    case QNetworkInformation::Reachability::Disconnected: return "disconnected";
    case QNetworkInformation::Reachability::Local: return "local";
    case QNetworkInformation::Reachability::Site: return "site";
    case QNetworkInformation::Reachability::Online: return "online";
    }
    return "unknown";
}

}
