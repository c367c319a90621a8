#include "core/discovery/nginx/pass.h"

#include "core/base/text.h"
#include "core/discovery/nginx/duration.h"
#include "core/discovery/nginx/location.h"

#include <algorithm>
#include <charconv>
#include <tuple>
#include <cstdio>
#include <utility>

namespace hopscope::discovery::nginx {

namespace {
using model::Protocol;

/// The address that a pass directive names, taken apart.
struct PassUrl {
    Protocol protocol = Protocol::Http;
    std::string authority; ///< "name:80" or "unix:/path"
    std::string uri;       ///< from the "/" on; empty for none
    base::Port defaultPort = 0;
    bool isTls = false;
};

/// Where the braces at the beginning of a template's text are closed: "{{ a/b }}:80/x".
std::size_t afterPlaceholders(std::string_view text)
{
    std::size_t at = 0;
    for (const auto& [open, close] : { std::pair<std::string_view, std::string_view> { "{{", "}}" }, { "<%", "%>" }, { "{%", "%}" } })
        if (text.starts_with(open))
            at = std::max(at, std::min(text.size(), text.find(close)));
    return at;
}

/// `http://name:80/uri`, `unix:/path:/uri`, `name:9000`
PassUrl parseUrl(const std::string& directive, std::string_view text, bool isStream)
{
    PassUrl url;
    std::string scheme;
    // "uwsgi_pass unix:///run/x.sock" is a path, not a scheme
    if (const std::size_t at = text.find("://"); at != std::string_view::npos && !text.starts_with("unix:")) {
        scheme = base::lowered(text.substr(0, at));
        text.remove_prefix(at + 3);
    }
    if (isStream) {
        url.protocol = Protocol::Tcp;
    } else if (directive == "proxy_pass") {
        url.isTls = scheme == "https";
        url.protocol = url.isTls ? Protocol::Https : Protocol::Http;
        url.defaultPort = url.isTls ? 443 : 80;
    } else if (directive == "grpc_pass") {
        url.isTls = scheme == "grpcs";
        url.protocol = url.isTls ? Protocol::Grpcs : Protocol::Grpc;
        url.defaultPort = url.isTls ? 443 : 80;
    } else if (directive == "uwsgi_pass") {
        url.isTls = scheme == "suwsgi";
        url.protocol = Protocol::Uwsgi;
    } else {
        url.protocol = directive == "fastcgi_pass" ? Protocol::FastCgi
            : directive == "scgi_pass"             ? Protocol::Scgi
                                                   : Protocol::Memcached;
    }
    if (text.starts_with("unix:")) {
        const std::size_t colon = text.find(':', 5);
        url.authority = std::string(text.substr(0, colon));
        if (colon != std::string_view::npos)
            url.uri = std::string(text.substr(colon + 1));
        return url;
    }
    const std::size_t slash = text.find_first_of("/?", afterPlaceholders(text));
    url.authority = std::string(text.substr(0, slash));
    if (slash != std::string_view::npos)
        url.uri = std::string(text.substr(slash));
    return url;
}

/// The scheme and the address of a pass directive, without the path that depends on the request.
std::string withoutUri(const std::string& text)
{
    const std::size_t scheme = text.starts_with("unix:") ? std::string::npos : text.find("://");
    const std::size_t start = scheme == std::string::npos ? 0 : scheme + 3;
    if (text.compare(start, 5, "unix:") == 0)
        return text;
    std::size_t end = text.find('/', start);
    for (const std::string_view variable : { "$request_uri", "$uri", "$is_args", "$args", "$document_uri" })
        if (const std::size_t found = text.find(variable, start); found > start)
            end = std::min(end, found);
    return text.substr(0, end);
}

std::string escaped(std::string_view path)
{
    constexpr std::string_view hex = "0123456789ABCDEF";
    std::string result;
    for (const char c : path) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte >= 0x7f || c == '%' || c == '?' || c == '#') {
            result += '%';
            result += hex[byte >> 4];
            result += hex[byte & 15];
        } else {
            result += c;
        }
    }
    return result;
}

std::string withQuery(std::string path, const std::string& query) { return query.empty() ? path : path + "?" + query; }

/// What the target is asked: nginx's ngx_http_proxy_create_request().
std::string requestTarget(const State& state, const PassUrl& url, bool hasVariables)
{
    if (hasVariables && !url.uri.empty())
        return url.uri.starts_with('/') ? url.uri : "/" + url.uri;
    if (url.uri.empty())
        return state.isPathChanged ? withQuery(escaped(state.path), state.query)
                                   : state.request->target();
    const Scope* location = state.scope->enclosing("location");
    const std::size_t prefix = location ? locationName(*location).text.size() : 0;
    if (state.isPathChanged)
        return withQuery(escaped(state.path), state.query);
    const std::string rest = prefix <= state.path.size() ? state.path.substr(prefix) : std::string();
    return withQuery(url.uri + escaped(rest), state.query);
}

class PassReader {
public:
    PassReader(const Configuration& configuration, const State& state, const parse::NginxDirective& pass)
        : m_configuration(configuration)
        , m_state(state)
        , m_pass(pass)
        , m_isStream(state.server && state.server->isStream)
        , m_prefix(m_isStream ? "proxy" : pass.name.substr(0, pass.name.rfind('_')))
    {
    }

    PassResult read()
    {
        const std::string& text = m_pass.arguments.front();
        const std::string asked = m_state.isAnyRequest ? withoutUri(text) : text;
        Expansion expansion = expand(m_state, asked);
        m_hasVariables = text.find('$') != std::string::npos;
        if (expansion.values.empty() && isPlaceholder(asked))
            expansion = Expansion::known(asked);
        if (expansion.values.empty())
            warn("what \"" + text + "\" stands for can't be told from the configuration");
        for (std::size_t i = 0; i < expansion.values.size(); ++i) {
            const bool isTaken = expansion.certainty == Certainty::Known || expansion.certainty == Certainty::Any || i == 0;
            m_isOnPath = m_state.isOnPath && isTaken && expansion.certainty != Certainty::Unknown;
            m_group = expansion.certainty == Certainty::Any && expansion.values.size() > 1 ? text : std::string();
            readValue(expansion.values[i]);
        }
        if (m_result.targets.empty() && m_result.warnings.empty())
            warn("what \"" + text + "\" stands for can't be told: nothing here gives it a value");
        return std::move(m_result);
    }

private:
    void warn(std::string message)
    {
        m_result.warnings.push_back({ m_configuration.source().place(m_pass), std::move(message) });
    }

    std::string value(std::string_view suffix, std::string_view otherwise = {}) const
    {
        return m_state.scope->value(m_prefix + std::string(suffix), otherwise);
    }

    void readValue(const std::string& text)
    {
        const PassUrl url = parseUrl(m_pass.name, text, m_isStream);
        if (url.authority.empty())
            return; // a map's empty value: no target
        Address address = parseAddress(url.authority, url.defaultPort);
        if (address.endpoint.port == 0 && isPlaceholder(url.authority))
            address.endpoint.host = url.authority;
        const Upstream* upstream = address.endpoint.isUnix()
            ? nullptr
            : m_configuration.upstream(address.endpoint.host, m_isStream);
        if (upstream && m_hasVariables && address.hasPort)
            upstream = nullptr; // as nginx looks it up at run time: name and port must be the same
        if (upstream) {
            addUpstream(*upstream, url);
            return;
        }
        if (!address.endpoint.isUnix() && address.endpoint.port == 0 && !isPlaceholder(address.endpoint.host)) {
            warn("\"" + text + "\" names no port");
            return;
        }
        ProxyTarget target = common(url, address);
        target.group = m_group;
        target.declared.endpoint = address.endpoint;
        target.declared.place = m_configuration.source().place(m_pass);
        target.declared.isResolvedAtStart
            = !m_hasVariables && !address.endpoint.isUnix() && !isIpAddress(address.endpoint.host);
        add(std::move(target));
    }

    void addUpstream(const Upstream& upstream, const PassUrl& url)
    {
        for (const UpstreamServer& server : upstream.servers) {
            if (!server.endpoint.isUnix() && server.endpoint.port == 0 && !isPlaceholder(server.endpoint.host))
                continue;
            Address address { { upstream.name, 0, {} }, false };
            ProxyTarget target = common(url, address);
            target.group = !m_group.empty() ? m_group : upstream.servers.size() > 1 ? upstream.name : std::string();
            model::Declared& declared = target.declared;
            declared.endpoint = server.endpoint;
            declared.place = m_configuration.source().place(*server.directive);
            declared.isResolvedAtStart = !server.isResolvedAgain && !server.endpoint.isUnix()
                && !isIpAddress(server.endpoint.host);
            declared.isBackup = server.isBackup;
            declared.isDown = server.isDown;
            declared.weight = server.weight;
            declared.maxFails = server.maxFails;
            declared.failTimeout = server.failTimeout;
            declared.maxConnections = server.maxConnections;
            declared.keepalive = upstream.keepalive;
            if (upstream.keepalive.value_or(0) > 0 && isReused(target))
                declared.timeouts.idle = upstream.idleTimeout;
            add(std::move(target));
        }
    }

    void add(ProxyTarget target)
    {
        target.next.socket = target.declared.endpoint.path;
        target.next.port = target.declared.endpoint.port;
        if (isIpAddress(target.declared.endpoint.host))
            target.next.address = target.declared.endpoint.host;
        m_result.targets.push_back(std::move(target));
    }

    /// Everything that does not depend on which server of an upstream it is.
    ProxyTarget common(const PassUrl& url, const Address& address)
    {
        ProxyTarget target;
        if (m_state.listen)
            target.from = m_state.listen->listener(m_state.request->port);
        target.protocol = url.protocol;
        target.isOnPath = m_isOnPath;
        model::Declared& declared = target.declared;
        declared.callerUser = m_configuration.workerUser();
        for (const parse::NginxDirective* each : m_state.scope->inherited("resolver"))
            for (const std::string& server : each->arguments)
                if (server.find('=') == std::string::npos)
                    declared.resolvers.push_back(server);
        readTimeouts(declared);
        readRetries(declared);
        readTls(target, url.isTls, address);
        if (m_isStream)
            readStream(target);
        else
            readHttp(target, url, address);
        return target;
    }

    void readTimeouts(model::Declared& declared) const
    {
        const auto timeout = [&](std::string_view suffix, const char* otherwise) {
            const auto parsed = parseDuration(value(suffix, otherwise));
            return parsed ? parsed : parseDuration(otherwise);
        };
        declared.timeouts.connect = timeout("_connect_timeout", "60s");
        if (m_isStream) {
            declared.timeouts.read = declared.timeouts.send = timeout("_timeout", "10m");
            return;
        }
        declared.timeouts.read = timeout("_read_timeout", "60s");
        declared.timeouts.send = timeout("_send_timeout", "60s");
    }

    void readRetries(model::Declared& declared) const
    {
        if (m_isStream) {
            if (value("_next_upstream", "on") == "on")
                declared.retriesOn = { "error", "timeout" };
        } else {
            const Scope::Directives found = m_state.scope->inherited(m_prefix + "_next_upstream");
            declared.retriesOn
                = found.empty() ? std::vector<std::string> { "error", "timeout" } : found.back()->arguments;
            std::erase(declared.retriesOn, "off");
        }
        const std::string tries = value("_next_upstream_tries", "0");
        int count = 0;
        std::from_chars(tries.data(), tries.data() + tries.size(), count);
        declared.retries = count;
    }

    /// Since 1.23.4 (ngx_http_proxy_module, proxy_ssl_protocols); true where the version is not known.
    bool offersTls13ByDefault() const
    {
        if (m_state.host)
            for (const model::SoftwareConfig& config : m_state.host->configs) {
                int major = 0;
                int minor = 0;
                int patch = 0;
                if (config.software == "nginx" && std::sscanf(config.version.c_str(), "%d.%d.%d", &major, &minor, &patch) == 3
                    && std::tuple(major, minor, patch) < std::tuple(1, 23, 4))
                    return false;
            }
        return true;
    }

    /// A path as nginx opens it; empty where it is a variable's, an engine's or inline.
    static std::string readableFile(const std::string& written)
    {
        const bool isPlain = !written.empty() && written.find('$') == std::string::npos && written.find(':') == std::string::npos;
        return !isPlain ? std::string() : written.starts_with('/') ? written : "/etc/nginx/" + written;
    }

    void readTls(ProxyTarget& target, bool isTls, const Address& address)
    {
        const bool isTlsTarget = isTls || (m_isStream && value("_ssl") == "on");
        target.next.isTls = isTlsTarget;
        if (!isTlsTarget)
            return;
        if (m_isStream)
            target.protocol = Protocol::Tls;
        if (value("_ssl_server_name") == "on") {
            const std::string written = value("_ssl_name");
            std::string name = written.empty() ? address.endpoint.host : expandFirst(m_state, written);
            if (!isIpAddress(name))
                target.declared.serverName = name.substr(0, name.find(':'));
        }
        target.declared.verifiesCertificate = value("_ssl_verify") == "on";
        if (target.declared.verifiesCertificate) {
            const std::string written = value("_ssl_name");
            target.declared.verifiedName = written.empty() ? address.endpoint.host : expandFirst(m_state, written);
        }
        target.declared.clientCertificate = readableFile(value("_ssl_certificate"));
        target.declared.clientKey = readableFile(value("_ssl_certificate_key"));
        if (const Scope::Directives found = m_state.scope->inherited(m_prefix + "_ssl_protocols"); !found.empty()) {
            for (const std::string& word : found.back()->arguments)
                if (word.starts_with("TLSv1"))
                    target.declared.tlsVersions.push_back(word == "TLSv1" ? "1.0" : word.substr(4));
        }
        else if (!offersTls13ByDefault())
            target.declared.tlsVersions = { "1.0", "1.1", "1.2" };
        std::sort(target.declared.tlsVersions.begin(), target.declared.tlsVersions.end());
        target.declared.trustedCertificates = value("_ssl_trusted_certificate");
        target.next.serverName = target.declared.serverName;
    }

    void readStream(ProxyTarget& target) const
    {
        const bool isTlsTarget = target.next.isTls;
        const std::string serverName = target.next.serverName;
        const ProxyListener from = target.from;
        target.next = *m_state.request;
        target.next.address.clear();
        const bool isPassedThrough = m_state.request->isTls && !from.isTls && !isTlsTarget;
        target.next.isTls = isTlsTarget || isPassedThrough;
        if (!isPassedThrough)
            target.next.serverName = serverName;
        const bool isUdp = m_state.listen && m_state.listen->isUdp;
        if (isUdp)
            target.protocol = Protocol::Udp;
        else if (isPassedThrough || isTlsTarget || m_state.scope->value("ssl_preread") == "on")
            target.protocol = Protocol::Tls;
        target.declared.sendsProxyProtocol = m_state.scope->value("proxy_protocol") == "on";
        target.declared.requestPath = m_isOnPath ? m_state.request->target() : "/";
        target.declared.requestHost = m_isOnPath ? m_state.request->hostText : std::string();
    }

    void readHttp(ProxyTarget& target, const PassUrl& url, const Address& address)
    {
        model::Declared& declared = target.declared;
        const bool isHttp = m_pass.name == "proxy_pass";
        const bool isGrpc = m_pass.name == "grpc_pass";
        declared.requestPath = !m_isOnPath ? "/"
            : isHttp                       ? requestTarget(m_state, url, m_hasVariables)
                                           : withQuery(m_state.path, m_state.query);
        declared.requestHost = m_state.request->hostText;
        if (isHttp || isGrpc) {
            const bool isStandardPort = !address.hasPort || address.endpoint.port == url.defaultPort;
            declared.requestHost = address.endpoint.isUnix() ? "localhost"
                : isStandardPort                             ? address.endpoint.host
                                                             : address.endpoint.text();
            declared.httpVersion = isGrpc ? "2" : value("_http_version", "1.0");
            readHeaders(target);
        }
        if (m_pass.name == "fastcgi_pass")
            readScript(declared);
        target.next.setHost(declared.requestHost);
        target.next.setTarget(declared.requestPath);
    }

    void readHeaders(ProxyTarget& target) const
    {
        for (const parse::NginxDirective* each : m_state.scope->inherited(m_prefix + "_set_header")) {
            if (each->arguments.size() < 2)
                continue;
            const std::string name = base::lowered(each->arguments[0]);
            const Expansion text = expand(m_state, each->arguments[1]);
            if (name == "host" && !text.values.empty())
                target.declared.requestHost = text.first();
            else if (text.certainty == Certainty::Known)
                target.next.headers[name] = text.first();
        }
    }

    /// nginx closes a connection after each request unless it speaks HTTP/1.1 and the header "Connection" is taken out.
    static bool isReused(const ProxyTarget& target)
    {
        if (target.declared.httpVersion != "1.1" && target.declared.httpVersion != "2")
            return false;
        const auto header = target.next.headers.find("connection");
        return header != target.next.headers.end() && (header->second.empty() || base::lowered(header->second) == "keep-alive");
    }

    void readScript(model::Declared& declared) const
    {
        for (const parse::NginxDirective* each : m_state.scope->inherited("fastcgi_param"))
            if (each->arguments.size() >= 2 && each->arguments[0] == "SCRIPT_FILENAME")
                declared.scriptFile = expandFirst(m_state, each->arguments[1]);
    }

    const Configuration& m_configuration;
    const State& m_state;
    const parse::NginxDirective& m_pass;
    bool m_isStream;
    std::string m_prefix; ///< of the settings: "proxy", "fastcgi" …
    bool m_hasVariables = false;
    bool m_isOnPath = false;
    std::string m_group;
    PassResult m_result;
};
}

PassResult targetsOf(const Configuration& configuration, const State& state, const parse::NginxDirective& pass)
{
    return PassReader(configuration, state, pass).read();
}

}
