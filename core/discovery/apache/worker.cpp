#include "core/discovery/apache/worker.h"

#include "core/base/text.h"
#include "core/discovery/address.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <optional>

namespace hopscope::discovery::apache {

namespace {
using model::Protocol;

struct Scheme {
    std::string_view name;
    Protocol protocol;
    base::Port port;
    bool isTls;
    std::string_view httpVersion;
};
constexpr auto schemes = std::to_array<Scheme>({
    { "http", Protocol::Http, 80, false, "1.1" },
    { "https", Protocol::Https, 443, true, "1.1" },
    { "h2c", Protocol::Http2, 80, false, "2" },
    { "h2", Protocol::Https, 443, true, "2" },
    { "ws", Protocol::Http, 80, false, "1.1" },
    { "wss", Protocol::Https, 443, true, "1.1" },
    { "ajp", Protocol::Ajp, 8009, false, "" },
    { "fcgi", Protocol::FastCgi, 8000, false, "" },
    { "scgi", Protocol::Scgi, 4000, false, "" },
    { "uwsgi", Protocol::Uwsgi, 3031, false, "" },
});

const Scheme* schemeOf(std::string_view name)
{
    const auto found = std::find_if(schemes.begin(), schemes.end(), [&](const Scheme& each) { return each.name == name; });
    return found == schemes.end() ? nullptr : &*found;
}

/// Seconds, or with "ms".
std::optional<base::Milliseconds> parseTime(std::string_view text)
{
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || value < 0 || value > 1'000'000'000)
        return {};
    const std::string unit = base::lowered(text.substr(static_cast<std::size_t>(end - text.data())));
    if (unit == "ms")
        return base::Milliseconds(value);
    if (unit == "mi" || unit == "min")
        return base::Milliseconds(value * 60'000);
    if (unit == "h" || unit == "hour")
        return base::Milliseconds(value * 3'600'000);
    return unit.empty() || unit == "s" ? std::optional(base::Milliseconds(value * 1000)) : std::nullopt;
}

std::optional<int> number(std::string_view text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    return error == std::errc() && end == text.data() + text.size() && value >= 0 ? std::optional(value) : std::nullopt;
}

bool isUnfilled(std::string_view text)
{
    return text.find_first_of("${%<>") != std::string_view::npos || text.find("@@") != std::string_view::npos;
}

/// The last value of "key=", or nothing.
std::string parameter(const std::vector<std::string>& parameters, std::string_view key)
{
    std::string value;
    for (const std::string& each : parameters) {
        const std::size_t equals = each.find('=');
        if (base::lowered(each.substr(0, equals)) == key)
            value = equals == std::string::npos ? std::string() : each.substr(equals + 1);
    }
    return value;
}

/// A decoded path as Apache writes it into a request.
std::string encoded(std::string_view path)
{
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain = "$-_.+!*'(),:;@&=~/";
    std::string result;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (std::isalnum(byte) || plain.find(c) != std::string_view::npos) {
            result += c;
        } else {
            result += '%';
            result += digits[byte >> 4];
            result += digits[byte & 15];
        }
    }
    return result;
}

class TargetReader {
public:
    TargetReader(const State& state, const Layers& layers, const ProxyListener& from, const Pass& pass)
        : m_state(state)
        , m_layers(layers)
        , m_from(from)
        , m_pass(pass)
    {
    }

    PassResult read()
    {
        const WorkerUrl url = parseWorker(m_pass.url);
        if (!url.balancer.empty())
            readBalancer(url);
        else if (url.scheme.empty())
            warn("\"" + m_pass.url + "\" is no url that could be read");
        else
            add(url, m_pass.parameters, *m_pass.directive, {});
        return std::move(m_result);
    }

private:
    void warn(std::string message)
    {
        m_result.warnings.push_back({ m_state.configuration->place(*m_pass.directive), std::move(message) });
    }

    void readBalancer(const WorkerUrl& url)
    {
        const Balancer* balancer = m_state.configuration->balancer(*m_state.server, url.balancer);
        if (!balancer || balancer->members.empty()) {
            warn("the balancer \"" + url.balancer + "\" has no members");
            return;
        }
        const bool isGroup = balancer->members.size() > 1;
        for (const parse::ApacheDirective* member : balancer->members) {
            const std::vector<std::string>& words = member->arguments;
            // outside of its <Proxy> the balancer's url stands first
            const std::size_t at = !words.empty() && base::lowered(words.front()).starts_with("balancer://") ? 1 : 0;
            if (words.size() <= at)
                continue;
            WorkerUrl each = parseWorker(words[at]);
            if (each.scheme.empty()) {
                m_result.warnings.push_back(
                    { m_state.configuration->place(*member), "\"" + words[at] + "\" is no url that could be read" });
                continue;
            }
            each.path += url.path;
            std::vector<std::string> parameters = balancer->parameters;
            const std::vector<std::string> own = parametersOf(words, at + 1);
            parameters.insert(parameters.end(), m_pass.parameters.begin(), m_pass.parameters.end());
            parameters.insert(parameters.end(), own.begin(), own.end());
            add(each, parameters, *member, isGroup ? balancer->name : std::string());
        }
    }

    void add(const WorkerUrl& url, const std::vector<std::string>& parameters, const parse::ApacheDirective& place,
        const std::string& group)
    {
        const Scheme* scheme = schemeOf(url.scheme);
        if (!scheme)
            return; // no request for an app: ftp, connect
        if ((isUnfilled(url.endpoint.host) || isUnfilled(url.endpoint.path)) && !isPlaceholder(url.endpoint.host)) {
            m_result.warnings.push_back({ m_state.configuration->place(place), "what \"" + m_pass.url + "\" stands for can't be told" });
            return;
        }
        ProxyTarget target;
        target.from = m_from;
        target.protocol = scheme->protocol;
        target.group = group;
        target.isOnPath = m_pass.isOnPath;
        model::Declared& declared = target.declared;
        declared.endpoint = url.endpoint;
        if (!declared.endpoint.isUnix() && declared.endpoint.port == 0)
            declared.endpoint.port = scheme->port;
        declared.place = m_state.configuration->place(place);
        declared.name = group.empty() ? std::string() : "balancer://" + group;
        declared.callerUser = m_state.configuration->workerUser;
        declared.httpVersion = scheme->httpVersion;
        // the system's resolver is asked when a worker first connects, and its answer kept
        declared.isResolvedAtStart = !declared.endpoint.isUnix() && !isIpAddress(declared.endpoint.host) && declared.endpoint.host != "localhost";
        readSettings(declared, parameters);
        readRequest(target, url, *scheme);
        target.next.socket = declared.endpoint.path;
        target.next.port = declared.endpoint.port;
        target.next.address = isIpAddress(declared.endpoint.host) ? declared.endpoint.host : std::string();
        m_result.targets.push_back(std::move(target));
    }

    std::optional<base::Milliseconds> serverTime(std::string_view name) const
    {
        const parse::ApacheDirective* found = m_layers.setting(name);
        return found && !found->arguments.empty() ? parseTime(found->arguments.front()) : std::nullopt;
    }

    void readSettings(model::Declared& declared, const std::vector<std::string>& parameters) const
    {
        const auto general = serverTime("timeout").value_or(std::chrono::seconds(60));
        const auto timeout = parseTime(parameter(parameters, "timeout")).value_or(serverTime("proxytimeout").value_or(general));
        declared.timeouts.read = declared.timeouts.send = timeout;
        declared.timeouts.connect = parseTime(parameter(parameters, "connectiontimeout")).value_or(timeout);
        declared.maxFails = 1;
        declared.failTimeout = parseTime(parameter(parameters, "retry")).value_or(std::chrono::seconds(60));
        if (declared.failTimeout->count() == 0)
            declared.maxFails = 0;
        declared.weight = number(parameter(parameters, "loadfactor"));
        if (!parameter(parameters, "hcmethod").empty()) {
            const std::string uri = parameter(parameters, "hcuri");
            declared.healthCheck = base::lowered(parameter(parameters, "hcmethod")) == "tcp" ? "connect"
                                                                                     : parameter(parameters, "hcmethod") + " " + (uri.empty() ? "/" : uri);
        }
        readStatus(declared, parameter(parameters, "status"));
        if (!declared.name.empty())
            declared.retriesOn = { "error" };
    }

    /// "+D", "+H-E": D and S take a member out, H and R make it a spare.
    static void readStatus(model::Declared& declared, const std::string& status)
    {
        bool isSet = true;
        for (const char c : base::lowered(status)) {
            if (c == '+' || c == '-')
                isSet = c == '+';
            else if (c == 'd' || c == 's' || c == 'n')
                declared.isDown = isSet;
            else if (c == 'h' || c == 'r')
                declared.isBackup = isSet;
        }
    }

    void readRequest(ProxyTarget& target, const WorkerUrl& url, const Scheme& scheme) const
    {
        model::Declared& declared = target.declared;
        Request& next = target.next;
        const bool isHttp = !scheme.httpVersion.empty();
        const bool preservesHost = m_layers.isOn("proxypreservehost");
        std::string host = m_state.request.hostText;
        for (const Block* block : m_layers.blocks())
            for (const parse::ApacheDirective& each : *block)
                if (each.name == "requestheader" && each.arguments.size() >= 3)
                    readHeader(each.arguments, host, next);
        declared.requestHost = !isHttp || preservesHost ? host : url.endpoint.isUnix() ? url.host : url.host;
        const std::string query = m_state.query.empty() ? std::string() : "?" + m_state.query;
        std::string path = url.path + encoded(m_pass.rest);
        if (!path.starts_with('/'))
            path.insert(path.begin(), '/');
        declared.requestPath = !m_pass.isOnPath ? "/" : isHttp ? path + query : encoded(m_state.path) + query;
        if (scheme.protocol == Protocol::FastCgi && m_pass.isOnPath)
            declared.scriptFile = m_pass.isHandler ? m_state.file : url.path + m_pass.rest;
        next.isTls = scheme.isTls;
        if (scheme.isTls) {
            const std::string name = preservesHost ? m_state.request.host : url.endpoint.host;
            declared.serverName = isIpAddress(name) ? std::string() : name;
            next.serverName = declared.serverName;
            const parse::ApacheDirective* verify = m_layers.setting("sslproxyverify");
            declared.verifiesCertificate
                = verify && !verify->arguments.empty() && base::lowered(verify->arguments.front()).starts_with("require");
            if (declared.verifiesCertificate)
                declared.verifiedName = name;
            if (const parse::ApacheDirective* own = m_layers.setting("sslproxymachinecertificatefile"); own && !own->arguments.empty())
                declared.clientCertificate = own->arguments.front(); // with its key
            if (const parse::ApacheDirective* issuers = m_layers.setting("sslproxycacertificatefile"); issuers && !issuers->arguments.empty())
                declared.trustedCertificates = issuers->arguments.front();
        }
        next.setHost(declared.requestHost);
        next.setTarget(declared.requestPath);
    }

    /// "set X-Forwarded-Proto https"
    static void readHeader(const std::vector<std::string>& words, std::string& host, Request& next)
    {
        if (base::lowered(words[0]) != "set" || words[2].find("%{") != std::string::npos || (words.size() > 3 && words[3].starts_with("expr=")))
            return;
        const std::string name = base::lowered(words[1]);
        if (name == "host")
            host = words[2];
        else
            next.headers[name] = words[2];
    }

    const State& m_state;
    const Layers& m_layers;
    ProxyListener m_from;
    const Pass& m_pass;
    PassResult m_result;
};
}

WorkerUrl parseWorker(std::string_view text)
{
    WorkerUrl url;
    if (base::lowered(text.substr(0, 5)) == "unix:") {
        const std::size_t bar = text.find('|');
        std::string_view socket = text.substr(5, bar == std::string_view::npos ? bar : bar - 5);
        while (socket.starts_with("//"))
            socket.remove_prefix(1);
        url.endpoint.path = std::string(socket);
        if (bar == std::string_view::npos)
            return url;
        text.remove_prefix(bar + 1);
    }
    std::size_t scheme = text.find("://");
    std::size_t start = scheme + 3;
    if (scheme == std::string_view::npos) {
        scheme = text.find(":/"); // "fcgi:/…" behind a socket
        start = scheme + 1;
    }
    if (scheme == std::string_view::npos) {
        if (url.endpoint.isUnix() && text.ends_with(':'))
            url.scheme = base::lowered(text.substr(0, text.size() - 1));
        return url;
    }
    const std::string name = base::lowered(text.substr(0, scheme));
    std::string_view rest = text.substr(start);
    // "http://app:8000$1": what the rule matched begins with the path
    std::size_t slash = std::min(rest.find_first_of("/?"), rest.size());
    for (std::size_t at = rest.find_first_of("$%"); at < slash; at = rest.find_first_of("$%", at + 1))
        if (at > 0 && at + 1 < rest.size() && rest[at + 1] >= '0' && rest[at + 1] <= '9')
            slash = at;
    const std::string_view authority = rest.substr(0, slash);
    url.path = std::string(rest.substr(slash));
    if (name == "balancer") {
        url.balancer = base::lowered(authority);
        return url;
    }
    const Scheme* known = schemeOf(name);
    url.scheme = name;
    const base::Port standard = known ? known->port : base::Port(0);
    std::string_view plain = authority;
    if (const std::size_t at = plain.rfind('@'); at != std::string_view::npos)
        plain.remove_prefix(at + 1);
    const Address address = parseAddress(plain, standard);
    url.host = address.hasPort && address.endpoint.port != standard ? std::string(plain) : std::string(plain.substr(0, plain.starts_with('[') ? plain.find(']') + 1 : plain.find(':')));
    if (!url.endpoint.isUnix()) {
        url.endpoint = address.endpoint;
        if (url.endpoint.host.empty())
            url.scheme.clear();
    }
    return url;
}

std::string proxyHandler(const std::string& text)
{
    return base::lowered(text.substr(0, 6)) == "proxy:" ? text.substr(6) : std::string();
}

std::vector<std::string> parametersOf(const std::vector<std::string>& words, std::size_t start)
{
    std::vector<std::string> found;
    for (std::size_t i = start; i < words.size(); ++i)
        if (words[i].find('=') != std::string::npos)
            found.push_back(words[i]);
    return found;
}

PassResult targetsOf(const State& state, const Layers& layers, const ProxyListener& from, const Pass& pass)
{
    return TargetReader(state, layers, from, pass).read();
}

}
