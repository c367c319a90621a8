#include "core/discovery/haproxy/target.h"

#include "core/discovery/address.h"
#include "core/discovery/haproxy/condition.h"
#include "core/discovery/haproxy/flow.h"
#include "core/discovery/haproxy/sample.h"
#include "core/discovery/haproxy/server.h"

#include <algorithm>
#include <charconv>

namespace hopscope::discovery::haproxy {

namespace {
using model::Protocol;

bool isUnfilled(std::string_view text)
{
    return text.find("{{") != std::string_view::npos || text.find("${") != std::string_view::npos
        || text.find("<%") != std::string_view::npos || text.find('$') != std::string_view::npos;
}

std::string fcgiRoot(const Configuration& configuration, const Section& backend)
{
    const parse::HaproxyLine* use = backend.setting("use-fcgi-app");
    const parse::HaproxySection* app = use && use->words.size() > 1 ? configuration.fcgiApp(use->words[1]) : nullptr;
    if (app)
        for (const parse::HaproxyLine& line : app->lines)
            if (line.words[0] == "docroot" && line.words.size() > 1)
                return line.words[1];
    return {};
}

/// "GET /healthz" of `option httpchk` or `http-check send`; "connect" for a bare check.
std::string healthCheckOf(const Section& backend)
{
    const parse::HaproxyLine* check = backend.setting("option", "httpchk");
    if (!check) {
        for (const char* kind : { "pgsql-check", "mysql-check", "redis-check", "smtpchk", "ldap-check", "tcp-check", "ssl-hello-chk" })
            if (backend.hasOption(kind))
                return kind;
        return "connect";
    }
    const std::vector<std::string>& words = check->words;
    std::string method = words.size() > 3 ? words[2] : "OPTIONS";
    std::string path = words.size() > 3 ? words[3] : words.size() > 2 ? words[2] : "/";
    for (const parse::HaproxyLine* line : backend.lines("http-check")) {
        if (line->words.size() < 2 || line->words[1] != "send")
            continue;
        for (std::size_t i = 2; i + 1 < line->words.size(); ++i) {
            if (line->words[i] == "meth")
                method = line->words[i + 1];
            if (line->words[i] == "uri")
                path = line->words[i + 1];
        }
    }
    return method + " " + path;
}

/// " on port 9101" and " at 10.1.0.9", where the check asks another place than requests go to.
std::string placeOfCheck(const Server& server, const model::Endpoint& endpoint)
{
    std::string place;
    if (!server.checkAddress.empty() && server.checkAddress != endpoint.host)
        place += " at " + server.checkAddress;
    if (!server.checkPort.empty() && server.checkPort != std::to_string(endpoint.port))
        place += " on port " + server.checkPort;
    return place;
}

class TargetReader {
public:
    TargetReader(State state, const Section& backend, const ProxyListener& from, bool isOnPath)
        : m_state(std::move(state))
        , m_backend(backend)
        , m_from(from)
        , m_isOnPath(isOnPath)
    {
    }

    BackendTargets read()
    {
        m_state.section = &m_backend;
        if (const parse::HaproxyLine* line = m_backend.own().kind == "backend" ? m_backend.setting("disabled") : nullptr) {
            m_result.note = "backend " + m_backend.name() + " is disabled (" + placeText(*line) + ")";
            return std::move(m_result);
        }
        if (m_isOnPath && &m_backend != m_state.frontend)
            m_result.note = runRules(m_state, m_backend);
        if (!m_result.note.empty())
            m_isOnPath = false;
        const std::vector<Server> servers = serversOf(m_backend);
        const std::string chosen = m_isOnPath ? chosenServer() : std::string();
        const bool isGroup = servers.size() > 1;
        for (const Server& server : servers)
            add(server, isGroup, m_isOnPath && (chosen.empty() || chosen == server.name));
        readDispatch();
        if (m_result.targets.empty() && m_result.note.empty() && servers.empty() && m_isOnPath)
            m_result.note = "answers 503: backend " + m_backend.name() + " has no servers";
        return std::move(m_result);
    }

private:
    std::string placeText(const parse::HaproxyLine& line) const
    {
        return m_state.configuration->place(line).text();
    }

    /// `use-server NAME if …` that holds.
    std::string chosenServer() const
    {
        for (const parse::HaproxyLine* line : m_backend.lines("use-server"))
            if (line->words.size() > 1 && line->words[1].find("%[") == std::string::npos
                && conditionOf(m_state, line->words).truth == Truth::Yes)
                return line->words[1];
        return {};
    }

    void readDispatch()
    {
        const parse::HaproxyLine* line = m_backend.setting("dispatch");
        if (!line || line->words.size() < 2 || m_backend.own().kind == "frontend")
            return;
        Server server;
        server.line = line;
        server.name = "<dispatch>";
        server.address = parseWritten(line->words[1]);
        add(server, false, m_isOnPath);
    }

    void warn(const Server& server, std::string message)
    {
        m_result.warnings.push_back({ m_state.configuration->place(*server.line), std::move(message) });
    }

    void add(const Server& server, bool isGroup, bool isOnPath)
    {
        const WrittenAddress& address = server.address;
        if (address.isForeign)
            return;
        if (isUnfilled(address.host) || isUnfilled(address.path)) {
            warn(server, "the address of server \"" + server.name + "\" is not filled in");
            if (!isPlaceholder(address.host))
                return;
        }
        const base::Port clients = m_from.port;
        const base::Port port = address.isOffset ? static_cast<base::Port>(clients + address.port.value_or(0)) : address.port.value_or(clients);
        if (address.path.empty() && port == 0) {
            if (m_isOnPath)
                warn(server, "server \"" + server.name + "\" has no port");
            return;
        }
        ProxyTarget target;
        target.from = m_from;
        target.isOnPath = isOnPath;
        target.group = isGroup || server.isTemplate ? m_backend.name() : std::string();
        model::Declared& declared = target.declared;
        declared.endpoint = address.path.empty() ? model::Endpoint { address.host, port, {} } : model::Endpoint { {}, 0, address.path };
        // a template's port may be one of its placeholders too
        if (isPlaceholder(address.host) && !address.port)
            declared.endpoint = { server.addressText, 0, {} };
        if (address.path.empty() && address.host.empty())
            declared.endpoint.host = "127.0.0.1"; // the connection's own address: this machine
        declared.place = m_state.configuration->place(*server.line);
        declared.name = m_backend.name() + "/" + server.name;
        readSettings(server, declared);
        readProtocol(server, target);
        target.next.socket = declared.endpoint.path;
        target.next.port = declared.endpoint.port;
        target.next.address = isIpAddress(declared.endpoint.host) ? declared.endpoint.host : std::string();
        target.reported = reportOf(server);
        m_result.targets.push_back(std::move(target));
    }

    void readSettings(const Server& server, model::Declared& declared) const
    {
        declared.isBackup = server.isBackup;
        declared.isDown = server.isDisabled;
        declared.weight = server.weight;
        declared.maxConnections = server.maxConnections;
        declared.sendsProxyProtocol = server.sendsProxyProtocol;
        declared.callerUser = m_state.configuration->workerUser;
        declared.timeouts.connect = m_backend.timeout("connect");
        declared.timeouts.read = declared.timeouts.send = m_backend.timeout("server");
        const bool isName = !declared.endpoint.isUnix() && !isIpAddress(declared.endpoint.host) && declared.endpoint.host != "localhost";
        declared.isResolvedAtStart = isName && server.resolvers.empty();
        for (const parse::HaproxySection& section : m_state.configuration->source.sections)
            if (section.kind == "resolvers" && section.name == server.resolvers && !server.resolvers.empty())
                for (const parse::HaproxyLine& line : section.lines)
                    if (line.words[0] == "nameserver" && line.words.size() > 2)
                        declared.resolvers.push_back(line.words[2]);
        if (const parse::HaproxyLine* retries = m_backend.setting("retries"); retries && retries->words.size() > 1) {
            int count = 0;
            const std::string& text = retries->words[1];
            std::from_chars(text.data(), text.data() + text.size(), count);
            declared.retries = count + 1;
        } else {
            declared.retries = 4;
        }
        if (m_backend.hasOption("redispatch"))
            declared.retriesOn = { "error", "timeout" };
        if (const parse::HaproxyLine* on = m_backend.setting("retry-on"))
            declared.retriesOn.assign(on->words.begin() + 1, on->words.end());
        if (server.isChecked) {
            declared.maxFails = server.fall.value_or(3);
            declared.failTimeout = server.interval.value_or(base::Milliseconds(2000));
            declared.healthCheck = healthCheckOf(m_backend) + placeOfCheck(server, declared.endpoint);
        } else if (!server.tracked.empty()) {
            declared.healthCheck = "the check of " + server.tracked;
        } else if (server.isWatchedByAgent) {
            declared.healthCheck = "its agent";
        }
    }

    void readProtocol(const Server& server, ProxyTarget& target) const
    {
        model::Declared& declared = target.declared;
        Request& next = target.next;
        next = m_state.request;
        const bool isTcp = m_backend.isTcp();
        const bool isPassedThrough = isTcp && m_state.request.isTls && !m_state.isTlsHere && !server.isTls;
        next.isTls = server.isTls || isPassedThrough;
        next.serverName = isPassedThrough ? m_state.request.serverName : std::string();
        declared.requestHost = m_isOnPath || !isTcp ? m_state.request.hostText : std::string();
        declared.requestPath = m_isOnPath ? m_state.request.target() : "/";
        if (isTcp) {
            target.protocol = server.isTls || isPassedThrough ? Protocol::Tls : Protocol::Tcp;
        } else if (server.protocol == "fcgi") {
            target.protocol = Protocol::FastCgi;
            const std::string root = fcgiRoot(*m_state.configuration, m_backend);
            declared.scriptFile = root.empty() ? std::string() : root + m_state.request.path;
        } else {
            declared.httpVersion = server.protocol == "h2" ? "2" : "1.1";
            target.protocol = server.isTls ? Protocol::Https : server.protocol == "h2" ? Protocol::Http2 : Protocol::Http;
        }
        if (server.isTls) {
            declared.verifiesCertificate = server.verifies;
            declared.trustedCertificates = server.trustedCertificates;
            declared.verifiedName = server.verifiedName;
            declared.clientCertificate = server.clientCertificate;
            declared.tlsVersions = server.tlsVersions;
            if (!server.serverName.empty())
                declared.serverName = evaluate(m_state, server.serverName).text;
            next.serverName = declared.serverName;
        }
        if (m_state.isTlsHere && m_backend.hasOption("forwardfor"))
            next.headers.emplace("x-forwarded-proto", "https");
    }

    /// Its own line of the status; of a template, the one in the worst state stands for all that have its prefix.
    std::optional<model::ServerReport> reportOf(const Server& server) const
    {
        if (!m_state.host)
            return {};
        for (const model::ServerReport& report : m_state.host->serverReports) {
            if (report.software != "haproxy" || report.group != m_backend.name() || report.isEntrance)
                continue;
            const bool isIts = server.isTemplate ? report.server.starts_with(server.name)
                    && report.server.find_first_not_of("0123456789", server.name.size()) == std::string::npos
                                                 : report.server == server.name;
            if (isIts)
                return report;
        }
        return {};
    }

    State m_state;
    const Section& m_backend;
    ProxyListener m_from;
    bool m_isOnPath;
    BackendTargets m_result;
};
}

BackendTargets targetsOf(State state, const Section& backend, const ProxyListener& from, bool isOnPath)
{
    return TargetReader(std::move(state), backend, from, isOnPath).read();
}

}
