#include "core/discovery/dependency.h"

#include "core/base/text.h"
#include "core/discovery/appsettings.h"
#include "core/discovery/namedservice.h"

#include <algorithm>
#include <map>
#include <set>

namespace hopscope::discovery {

namespace {
constexpr std::size_t maximumLines = 400;
constexpr std::size_t maximumDependencies = 32;

/// Where collectors of traces and figures listen (Zipkin, OTLP, Jaeger, StatsD, Datadog): an app serves its visitors without them.
bool isTelemetryPort(base::Port port)
{
    static constexpr base::Port ports[] = { 9411, 4317, 4318, 6831, 6832, 14250, 14268, 8125, 8126 };
    return std::find(std::begin(ports), std::end(ports), port) != std::end(ports);
}

/// A line of an exporter of traces, figures or logs.
bool isOfTelemetry(std::string_view line)
{
    const std::string text = base::lowered(line.substr(0, 600));
    for (const std::string_view word : { "opentelemetry", "otlp", "zipkin", "jaeger", "statsd", "spans dropped", "export spans", "exporting spans",
             "tracing is off", "trace agent", "dd-trace", "ddtrace", "datadog agent", "sentry", "elastic apm", "elasticapm", "newrelic", "new relic",
             "loki:", "grafana agent", "metrics exporter", "failed to export", "fluentd", "fluent-bit", "logstash", "graylog" })
        if (text.find(word) != std::string::npos)
            return true;
    return false;
}

class DependencySearch {
public:
    DependencySearch(const Fleet& fleet, const HostIndex& host, const model::Node& app, std::vector<std::string> folders)
        : m_fleet(fleet)
        , m_host(host)
        , m_app(app)
        , m_folders(std::move(folders))
        , m_pids(processesOf(host, app))
    {
        for (const model::Listener& listener : host.facts().listeners)
            if (listener.kind == model::SocketKind::Tcp)
                m_hostPorts.insert(listener.port);
    }

    std::vector<Dependency> run()
    {
        bySettings();
        if (m_app.container.empty())
            for (const model::Connection& connection : m_host.facts().connections)
                byConnection(connection);
        for (const model::Connection& connection : m_host.facts().containerConnections)
            if (!m_app.container.empty() && connection.container == m_app.container)
                byContainerConnection(connection);
        byLog();
        byDrivers();
        return std::move(m_found);
    }

private:
    /// The same target from a second source: one dependency, known in two ways.
    void add(Dependency dependency)
    {
        for (Dependency& known : m_found)
            if (isSameTarget(known.endpoint, dependency.endpoint)) {
                known.sources.insert(known.sources.end(), dependency.sources.begin(), dependency.sources.end());
                if (known.why.empty())
                    known.why = dependency.why;
                return;
            }
        if (m_found.size() < maximumDependencies)
            m_found.push_back(std::move(dependency));
    }

    bool isSameTarget(const model::Endpoint& a, const model::Endpoint& b) const
    {
        if (a == b)
            return true;
        if (a.isUnix() || b.isUnix() || a.port != b.port)
            return false;
        if (isThisHost(a.host) && isThisHost(b.host))
            return true;
        // a name and the address that it stands for
        const base::HostId& host = m_host.facts().host;
        const std::vector<std::string> ofA = m_fleet.destination(host, a, m_app.container).addresses;
        const std::vector<std::string> ofB = m_fleet.destination(host, b, m_app.container).addresses;
        return std::any_of(ofA.begin(), ofA.end(), [&](const std::string& each) {
            return std::any_of(ofB.begin(), ofB.end(),
                [&](const std::string& other) { return plainAddress(each) == plainAddress(other); });
        });
    }

    void bySettings()
    {
        for (NamedService& service : servicesIn(settingsOf(m_host, m_app, m_folders),
                 [this](const std::string& host) { return databaseAt(host); })) {
            if (isOwn(service.endpoint) || isSiteItself(service.endpoint))
                continue;
            Dependency found;
            found.endpoint = std::move(service.endpoint);
            found.sources = { service.isGiven ? "environment" : "settings" };
            found.software = std::move(service.software);
            found.protocol = service.protocol;
            found.group = std::move(service.group);
            found.place = std::move(service.place);
            add(std::move(found));
        }
    }

    /// Where that host is one of ours, what listens there; else which database the app's own log speaks of.
    base::Port databaseAt(const std::string& host) const
    {
        static constexpr base::Port usual[] = { 5432, 3306, 27017, 1433, 1521 };
        std::set<base::Port> found;
        for (const base::Port port : usual)
            if (!m_fleet.destination(m_host.facts().host, { host, port, {} }, m_app.container).accepting.empty())
                found.insert(port);
        if (found.empty())
            for (const model::LogLine& line : m_host.facts().logs)
                if (isItsLog(line)) {
                    const std::string text = base::lowered(line.text);
                    if (text.find("psycopg") != std::string::npos || text.find("postgres") != std::string::npos)
                        found.insert(5432);
                    if (text.find("mysql") != std::string::npos || text.find("mariadb") != std::string::npos)
                        found.insert(3306);
                }
        return found.size() == 1 ? *found.begin() : base::Port(0);
    }

    /// The url's own host: a link to the site is no service behind it.
    bool isSiteItself(const model::Endpoint& endpoint) const
    {
        const base::Result<Request> site = requestFor(m_fleet.profile().url);
        return site && !endpoint.isUnix() && endpoint.host == site->host;
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
            add({ endpoint, { "connection" }, {}, {}, {}, {}, {} });
    }

    /// From inside a container: whatever it opened by itself is its own.
    void byContainerConnection(const model::Connection& connection)
    {
        const std::vector<model::Listener>& sockets = m_host.facts().containerListeners;
        const bool wasAccepted = std::any_of(sockets.begin(), sockets.end(), [&](const model::Listener& each) {
            return each.container == connection.container && each.port == connection.localPort;
        });
        const model::Endpoint endpoint { plainAddress(connection.remoteAddress), connection.remotePort, {} };
        if (!wasAccepted && !endpoint.host.starts_with("127.")
            && (softwareByPort(endpoint.port).id != "unknown" || isKnownListener(endpoint)))
            add({ endpoint, { "connection" }, {}, {}, {}, {}, {} });
    }

    bool isKnownListener(const model::Endpoint& endpoint) const
    {
        return !m_fleet.destination(m_host.facts().host, endpoint, m_app.container).accepting.empty();
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
            if (isOfTelemetry(line->text))
                continue;
            for (const model::Endpoint& endpoint : unreachableIn(line->text)) {
                if (isOwn(endpoint) || isTelemetryPort(endpoint.port))
                    continue;
                Dependency found { endpoint, { "log" }, line->text.substr(0, 300), {}, {}, {}, {} };
                if (const Software software = softwareOfSocket(endpoint.path); software.id != "unknown") {
                    found.software = software;
                    found.protocol = protocolOf(software);
                }
                add(std::move(found));
            }
        }
    }

    /// What an app calls is named by the frames and the error classes of its stack traces, where no setting says it and no
    /// connection is open: its database on this host, or the mail relay of its settings.
    void byDrivers()
    {
        std::set<std::string> named;
        std::map<std::string, std::string> said;
        std::size_t count = 0;
        const std::vector<model::LogLine>& logs = m_host.facts().logs;
        for (auto line = logs.rbegin(); line != logs.rend() && count < maximumLines; ++line) {
            if (!isItsLog(*line) || !isRecent(*line))
                continue;
            ++count;
            if (const std::string kind(driverIn(line->text)); !kind.empty() && named.insert(kind).second)
                said[kind] = line->text.substr(0, 300);
        }
        for (const std::string& kind : named) {
            if (kind == "smtp") {
                if (auto relay = mailRelayIn(settingsOf(m_host, m_app, m_folders)); relay && !isOwn(relay->endpoint))
                    add({ relay->endpoint, { "environment", "log" }, said[kind], relay->software, model::Protocol::Tcp, {}, relay->place });
                continue;
            }
            const bool isKnown = std::any_of(m_found.begin(), m_found.end(), [&](const Dependency& each) {
                return each.software.id == kind || softwareByPort(each.endpoint.port).id == kind || each.endpoint.isUnix();
            });
            if (const base::Port port = isKnown ? base::Port(0) : onlyListenerOf(kind))
                add({ { "127.0.0.1", port, {} }, { "log" }, said[kind], {}, {}, {}, {} });
        }
    }

    bool isRecent(const model::LogLine& line) const
    {
        const std::optional<base::TimePoint>& now = m_host.facts().now;
        return !line.at || !now || *now - *line.at <= std::chrono::minutes(15);
    }

    /// The port of the one server of this kind on the app's own host; 0 where there is none, or more than one.
    base::Port onlyListenerOf(const std::string& kind) const
    {
        std::set<base::Port> found;
        for (const model::Listener& listener : m_host.facts().listeners) {
            if (listener.kind != model::SocketKind::Tcp || !listener.container.empty() || !m_app.container.empty())
                continue;
            const std::string owner = m_host.ownerOf(listener).software.id;
            const bool isIt = owner == kind || (kind == "mysql" && owner == "mariadb") || softwareByPort(listener.port).id == kind;
            if (isIt && listener.port != 33060) // MySQL's second protocol
                found.insert(listener.port);
        }
        return found.size() == 1 ? *found.begin() : base::Port(0);
    }

    /// The app's own listening address, which its log speaks of as well.
    bool isOwn(const model::Endpoint& endpoint) const
    {
        const std::string end = endpoint.isUnix() ? endpoint.path : ":" + std::to_string(endpoint.port);
        const bool isHere = endpoint.isUnix() || isThisHost(endpoint.host) || m_host.hasAddress(endpoint.host);
        return isHere && (m_app.address.ends_with(end) || m_app.id.value().ends_with(end));
    }

    const Fleet& m_fleet;
    const HostIndex& m_host;
    const model::Node& m_app;
    std::vector<std::string> m_folders;
    std::set<int> m_pids;
    std::set<base::Port> m_hostPorts;
    std::vector<Dependency> m_found;
};
}

std::vector<Dependency> dependenciesOf(
    const Fleet& fleet, const HostIndex& host, const model::Node& app, const std::vector<std::string>& folders)
{
    return DependencySearch(fleet, host, app, folders).run();
}

}
