#include "core/discovery/dependency.h"

#include "core/discovery/address.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <set>

namespace hopscope::discovery {

namespace {
constexpr std::size_t maximumLine = 4096;
constexpr std::size_t maximumLines = 400;
constexpr std::size_t maximumDependencies = 32;

bool reportsFailure(std::string_view lower)
{
    constexpr auto words = std::to_array<std::string_view>({ "refused", "etimedout", "timed out", "timeout", "ehostunreach",
        "enetunreach", "no route to host", "unreachable", "could not connect", "can't connect", "cannot connect",
        "unable to connect", "failed to connect", "error connecting", "connection failed", "connect failed", "enotfound",
        "no such host", "connection error", "connection reset", "econnreset", "lost connection", "not reachable" });
    return std::any_of(words.begin(), words.end(),
        [&](std::string_view word) { return lower.find(word) != std::string_view::npos; });
}

/// "app.js:12" and its like: a place in a program, not a host and a port.
bool isSourceFile(std::string_view name)
{
    constexpr auto endings = std::to_array<std::string_view>({ ".js", ".ts", ".mjs", ".cjs", ".jsx", ".tsx", ".py", ".rb",
        ".php", ".go", ".java", ".kt", ".scala", ".cs", ".rs", ".c", ".cpp", ".h", ".ex", ".exs", ".erl", ".pl", ".lua",
        ".html", ".erb", ".sql", ".log", ".conf", ".yml", ".yaml", ".json" });
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view each) { return name.ends_with(each); });
}

base::Port portOf(const std::string& digits)
{
    const int port = digits.size() <= 5 ? std::atoi(digits.c_str()) : 0;
    return port > 0 && port <= 65535 ? static_cast<base::Port>(port) : base::Port(0);
}

void add(std::vector<model::Endpoint>& found, model::Endpoint endpoint)
{
    if ((endpoint.port != 0 || endpoint.isUnix()) && found.size() < 8
        && std::find(found.begin(), found.end(), endpoint) == found.end())
        found.push_back(std::move(endpoint));
}

/// `host "localhost" (127.0.0.1), port 5432`, `at "10.0.0.5", port 5432 failed`, `host '10.0.0.5' … on port 5432?`
void findSpokenPorts(const re2::StringPiece& line, std::vector<model::Endpoint>& found)
{
    static const re2::RE2 spoken(
        R"re((?i)(?:at|to|host|server on)\s+(?:server\s+)?["']?([a-z0-9][a-z0-9._:-]*)["']?(?:\s+\(([0-9a-f.:]+)\))?)re"
        R"re(,?[^"']{0,60}?\bport:?\s+([0-9]{2,5}))re");
    re2::StringPiece rest = line;
    std::string host;
    std::string address;
    std::string port;
    for (int i = 0; i < 8 && re2::RE2::FindAndConsume(&rest, spoken, &host, &address, &port); ++i)
        add(found, { address.empty() ? host : address, portOf(port), {} });
}

void findAddresses(const re2::StringPiece& line, std::vector<model::Endpoint>& found)
{
    static const re2::RE2 ipv6(R"(\[([0-9a-fA-F:]{2,39})\]:([0-9]{1,5})|(?:^|[\s"'(=])(::1):([0-9]{2,5})\b)");
    static const re2::RE2 named(R"((?:^|[\s"'(=@,]|//)([A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?):([0-9]{2,5})(?:$|[^0-9A-Za-z:]|:?\s|:$))");
    re2::StringPiece rest = line;
    std::string host;
    std::string port;
    std::string bareHost;
    std::string barePort;
    for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, ipv6, &host, &port, &bareHost, &barePort); ++i)
        add(found, { host.empty() ? bareHost : host, portOf(port.empty() ? barePort : port), {} });
    rest = line;
    for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, named, &host, &port); ++i) {
        const bool isNumber = host.find_first_not_of("0123456789") == std::string::npos; // "12:30"
        const bool isDate = host.find_first_not_of("0123456789-T") == std::string::npos;
        if (!isNumber && !isDate && !isSourceFile(host))
            add(found, { host, portOf(port), {} });
    }
}

void findDatabaseSockets(const re2::StringPiece& line, std::vector<model::Endpoint>& found)
{
    static const re2::RE2 socket(R"(["'\s(=](/[A-Za-z0-9_./-]*(?:\.sock|\.s\.PGSQL\.[0-9]+))\b)");
    re2::StringPiece rest = line;
    std::string path;
    for (int i = 0; i < 8 && re2::RE2::FindAndConsume(&rest, socket, &path); ++i)
        add(found, { {}, 0, path });
}

class DependencySearch {
public:
    DependencySearch(const Fleet& fleet, const HostIndex& host, const model::Node& app)
        : m_fleet(fleet)
        , m_host(host)
        , m_app(app)
    {
        if (app.pid > 0)
            for (const model::Process* process : host.family(app.pid))
                m_pids.insert(process->pid);
        if (!app.unit.empty())
            for (const model::Process& process : host.facts().processes)
                if (process.unit == app.unit)
                    m_pids.insert(process.pid);
        for (const model::Listener& listener : host.facts().listeners)
            if (listener.kind == model::SocketKind::Tcp)
                m_hostPorts.insert(listener.port);
    }

    std::vector<Dependency> run()
    {
        for (const model::Connection& connection : m_host.facts().connections)
            byConnection(connection);
        byLog();
        return std::move(m_found);
    }

private:
    void add(Dependency dependency)
    {
        const bool isKnown = std::any_of(m_found.begin(), m_found.end(),
            [&](const Dependency& each) { return isSameTarget(each.endpoint, dependency.endpoint); });
        if (!isKnown && m_found.size() < maximumDependencies)
            m_found.push_back(std::move(dependency));
    }

    static bool isSameTarget(const model::Endpoint& a, const model::Endpoint& b)
    {
        return a == b || (!a.isUnix() && !b.isUnix() && a.port == b.port && isLoopback(a.host) && isLoopback(b.host));
    }

    void byConnection(const model::Connection& connection)
    {
        const bool isOurs = connection.pid && m_pids.contains(*connection.pid);
        const bool isOpen = connection.state.starts_with("ESTAB") || connection.state == "SYN-SENT"
            || connection.state == "CLOSE-WAIT";
        // One whose local port listens was accepted, not made.
        if (!isOurs || !isOpen || m_hostPorts.contains(connection.localPort))
            return;
        const model::Endpoint endpoint { plainAddress(connection.remoteAddress), connection.remotePort, {} };
        if (softwareByPort(endpoint.port).id != "unknown" || isKnownListener(endpoint))
            add({ endpoint, "connection", {} });
    }

    bool isKnownListener(const model::Endpoint& endpoint) const
    {
        return !m_fleet.destination(m_host.facts().host, endpoint).accepting.empty();
    }

    bool isItsLog(const model::LogLine& line) const
    {
        if (line.origin == model::LogOrigin::Container)
            return !m_app.container.empty() && line.place == m_app.container;
        if (!m_app.unit.empty() && line.place == m_app.unit)
            return true;
        return line.origin == model::LogOrigin::File && m_app.workingDirectory.size() > 1
            && line.place.starts_with(m_app.workingDirectory + "/");
    }

    void byLog()
    {
        std::size_t count = 0;
        const std::vector<model::LogLine>& logs = m_host.facts().logs;
        for (auto line = logs.rbegin(); line != logs.rend() && count < maximumLines; ++line) {
            if (!isItsLog(*line))
                continue;
            ++count;
            for (const model::Endpoint& endpoint : unreachableIn(line->text))
                if (!isOwn(endpoint))
                    add({ endpoint, "log", line->text.substr(0, 300) });
        }
    }

    /// The app's own listening address, which its log speaks of as well.
    bool isOwn(const model::Endpoint& endpoint) const
    {
        const std::string end = endpoint.isUnix() ? endpoint.path : ":" + std::to_string(endpoint.port);
        const bool isHere = endpoint.isUnix() || isLoopback(endpoint.host) || m_host.hasAddress(endpoint.host);
        return isHere && (m_app.address.ends_with(end) || m_app.id.value().ends_with(end));
    }

    const Fleet& m_fleet;
    const HostIndex& m_host;
    const model::Node& m_app;
    std::set<int> m_pids;
    std::set<base::Port> m_hostPorts;
    std::vector<Dependency> m_found;
};
}

std::vector<model::Endpoint> unreachableIn(std::string_view line)
{
    line = line.substr(0, maximumLine);
    std::string lower(line);
    std::transform(lower.begin(), lower.end(), lower.begin(),
        [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    std::vector<model::Endpoint> found;
    if (!reportsFailure(lower))
        return found;
    const re2::StringPiece piece(line.data(), line.size());
    findSpokenPorts(piece, found);
    findAddresses(piece, found);
    findDatabaseSockets(piece, found);
    return found;
}

std::vector<Dependency> dependenciesOf(const Fleet& fleet, const HostIndex& host, const model::Node& app)
{
    return DependencySearch(fleet, host, app).run();
}

}
