#include "core/discovery/settingaddress.h"

#include "core/base/text.h"
#include "core/discovery/namedservice.h"
#include "core/parse/lines.h"

#include <algorithm>
#include <array>
#include <map>

namespace hopscope::discovery {

namespace {
using model::Protocol;
using parse::NamedAddress;

bool holdsOneOf(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

/// "Spring.Data-Redis__Host" → "spring_data_redis_host"
std::string plainName(std::string_view written)
{
    std::string name;
    for (char c : base::lowered(written)) {
        if (c == '.' || c == '-' || c == ':')
            c = '_';
        if (c != '_' || !name.ends_with('_'))
            name += c;
    }
    return name;
}

/// Where "_host" and its like begin in a name that speaks of an address; npos in others.
std::size_t addressEnding(std::string_view name)
{
    for (const std::string_view ending : { "hostname", "hostnames", "host", "hosts" })
        if (name.ends_with(ending))
            return name.size() - ending.size();
    for (const std::string_view ending : { "bootstrap_servers", "bootstrapservers", "contact_points", "contactpoints", "broker_list", "server_addr",
             "serveraddr", "server", "servers", "addr", "addrs", "address", "addresses", "endpoint", "endpoints", "brokers", "broker", "nodes", "seeds", "url", "urls",
             "uri", "uris", "dsn", "upstream", "upstreams", "target", "targets", "connect", "datasource", "connection_string", "connectionstring" })
        if (name.ends_with(ending) && (name.size() == ending.size() || name[name.size() - ending.size() - 1] == '_'))
            return name.size() - ending.size();
    return std::string_view::npos;
}

/// What a program's own sockets, its peers and its visitors are named in: nothing that it calls.
bool isOwnOrVisitors(std::string_view name)
{
    return holdsOneOf(name, { "listen", "bind", "advertis", "origin", "cors", "allowed", "trusted", "csrf", "redirect", "callback", "no_proxy",
               "virtual_host", "letsencrypt", "seed_hosts", "initial_master", "quorum", "inter_broker", "image", "_version", "_tag" })
        || name.ends_with("version");
}

/// What is told to browsers: the address may be a public one of this very program.
bool isForBrowsers(std::string_view name)
{
    return holdsOneOf(name, { "public", "external", "proxy", "vite_", "react_app", "frontend", "front_end", "site_url", "siteurl", "root_url", "self",
        "webhook", "domain", "asset", "cdn", "static", "media", "docs", "logo", "issuer", "home", "logout", "login", "return_url", "success", "cancel",
        "registry", "npm_", "pip_", "github", "schema", "license" });
}

bool isFillIn(std::string_view host)
{
    for (const std::string_view known : { "example.com", "example.org", "example.net", "domain.com", "domain.tld" })
        if (host == known || (host.ends_with(known) && host[host.size() - known.size() - 1] == '.'))
            return true;
    return holdsOneOf(host, { "yourdomain", "your-domain", "your_domain", "mydomain", "changeme", "change-me", "change_me", "placeholder", "your-host",
        "your_host", "yourhost" })
        || host.starts_with("your-") || host.starts_with("your_");
}

bool isOwnMachine(std::string_view host)
{
    return host == "localhost" || host.starts_with("127.") || host == "::1" || host == "::" || host == "0.0.0.0" || host.ends_with(".localhost");
}

/// A name or an address that only an inner network has.
bool isInnerName(std::string_view host)
{
    if (host.find('.') == std::string_view::npos)
        return true;
    for (const std::string_view ending : { ".internal", ".local", ".lan", ".svc", ".consul", ".intranet", ".corp", ".home", ".localdomain" })
        if (host.ends_with(ending))
            return true;
    if (host.find(".svc.") != std::string_view::npos || host.starts_with("10.") || host.starts_with("192.168."))
        return true;
    if (!host.starts_with("172."))
        return false;
    const std::string_view second = host.substr(4, host.find('.', 4) - 4);
    const int number = parse::numberOf<int>(second).value_or(0);
    return number >= 16 && number <= 31;
}

/// Where figures and traces go: nothing that an answer waits for, and mostly a service of somebody else.
bool isTelemetry(std::string_view name)
{
    return holdsOneOf(name, { "otel", "opentelemetry", "otlp", "jaeger", "zipkin", "sentry", "statsd", "datadog", "dd_", "newrelic", "new_relic", "apm",
        "metrics", "prometheus", "loki", "graylog", "syslog", "telemetry", "tracing", "posthog", "analytics" });
}

/// Schemes of what is no network address, or of what only browsers use.
bool isOtherScheme(std::string_view scheme)
{
    return holdsOneOf(scheme, { "file", "unix", "sqlite", "ws", "data", "git", "ssh", "sftp", "ftp", "docker", "npipe" });
}

/// "OPENAI_BASE_URL" and "api.openai.com": the setting bears the name of whom it calls; not where that is the program itself.
bool isNamedFor(std::string_view name, std::string_view host, const std::vector<std::string>& owner)
{
    std::vector<std::string_view> labels;
    for (std::string_view rest = host; !rest.empty();)
        labels.push_back(parse::takeUntil(rest, "."));
    if (labels.size() < 2)
        return false;
    labels.pop_back();
    constexpr std::size_t shortest = 4;
    return !isTelemetry(name) && std::any_of(labels.begin(), labels.end(), [&](std::string_view label) {
        if (label.size() < shortest || label == "cloud" || label == "prod" || label == "server" || label == "service" || label == "backend")
            return false;
        const std::string word(label.substr(0, label.find('-')));
        const bool isOwn = std::any_of(owner.begin(), owner.end(), [&](const std::string& each) { return base::lowered(each).find(word) != std::string::npos; });
        return word.size() >= shortest && !isOwn && name.starts_with(word);
    });
}

/// "providers.0.base_url" of a program's own file: one of those that it calls.
bool isOneOfCalled(std::string_view name)
{
    return holdsOneOf(name, { "providers_", "upstreams_", "backends_", "services_", "clients_", "remotes_", "integrations_", "apis_" })
        && addressEnding(name) != std::string_view::npos;
}

bool isWebScheme(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

/// A url that is only for calling, on a port of its own: a broker's, a queue's, a directory's.
bool isCallScheme(std::string_view scheme)
{
    constexpr auto known = std::to_array<std::string_view>({ "tcp", "ssl", "tls", "nats", "mqtt", "mqtts", "stomp", "grpc", "grpcs", "ldap", "ldaps", "clickhouse",
        "memcached", "smtp", "smtps", "bolt", "neo4j", "cassandra", "pulsar", "plaintext", "sasl_ssl", "sasl_plaintext", "sb", "rsocket", "dubbo", "zookeeper" });
    return std::find(known.begin(), known.end(), scheme) != known.end();
}

/// Where a word and a port without a scheme mostly are the program itself.
bool isOwnStem(std::string_view stem)
{
    constexpr auto own = std::to_array<std::string_view>({ "", "server", "app", "application", "http", "https", "web", "listen", "management", "admin",
        "uvicorn", "gunicorn", "hypercorn", "flask_run", "flask", "jmx", "rmi", "node", "pod", "container", "ssh", "vite", "next", "nuxt", "dev", "site", "self" });
    while (stem.ends_with('_'))
        stem.remove_suffix(1);
    return std::find(own.begin(), own.end(), stem) != own.end();
}

class SettingReader {
public:
    explicit SettingReader(const std::vector<NameAndValue>& settings)
        : m_settings(settings)
    {
        for (const auto& [name, value] : settings)
            m_values.try_emplace(plainName(name), value);
    }

    std::vector<SettingAddress> read()
    {
        for (std::size_t i = 0; i < m_settings.size(); ++i) {
            const std::string name = plainName(m_settings[i].first);
            if (isOwnOrVisitors(name))
                continue;
            for (NamedAddress& address : parse::addressesIn(m_settings[i].second))
                add(i, name, std::move(address));
        }
        return std::move(m_found);
    }

private:
    void add(std::size_t setting, const std::string& name, NamedAddress address)
    {
        SettingAddress found;
        found.setting = setting;
        const std::size_t ending = addressEnding(name);
        found.isConfirmed = !address.scheme.empty() || address.port != 0 || ending != std::string::npos;
        std::string stem = name.substr(0, std::min(ending, name.size()));
        found.software = address.scheme.empty() || isWebScheme(address.scheme) ? Software() : softwareNamed(address.scheme);
        found.port = address.port;
        if (ending != std::string::npos && !isWebScheme(address.scheme)) {
            if (found.port == 0 && address.scheme.empty())
                found.port = portBeside(stem);
            if (found.software.id == "unknown")
                found.software = kindBeside(stem);
        }
        if (found.port == 0)
            found.port = portOfScheme(address.scheme);
        found.address = std::move(address);
        m_found.push_back(std::move(found));
    }

    const std::string* valueOf(const std::string& name) const
    {
        const auto found = m_values.find(name);
        return found == m_values.end() ? nullptr : &found->second;
    }

    base::Port portBeside(const std::string& stem) const
    {
        for (const char* ending : { "port", "_port" })
            if (const std::string* value = valueOf(stem + ending))
                return parse::numberOf<base::Port>(*value).value_or(0);
        return 0;
    }

    Software kindBeside(const std::string& stem) const
    {
        for (const char* ending : { "connection", "engine", "driver", "dialect", "type", "client", "adapter", "vendor" })
            if (const std::string* value = valueOf(stem + ending))
                if (Software software = softwareNamed(*value); software.id != "unknown")
                    return software;
        if (stem == "pg" || stem == "pg_" || stem.ends_with("_pg_"))
            return { "postgresql", model::NodeKind::Database };
        return softwareNamed(stem);
    }

    const std::vector<NameAndValue>& m_settings;
    std::map<std::string, std::string> m_values; ///< by plain name
    std::vector<SettingAddress> m_found;
};
}

bool isEnginesHost(std::string_view host)
{
    return host == "host.docker.internal" || host == "gateway.docker.internal" || host == "host.containers.internal" || host == "host.minikube.internal"
        || host == "172.17.0.1";
}

base::Port portOfScheme(std::string_view scheme)
{
    const std::string_view plain = scheme.substr(0, scheme.find('+'));
    for (const auto& [name, port] : std::to_array<std::pair<std::string_view, base::Port>>({ { "http", 80 }, { "https", 443 }, { "postgres", 5432 },
             { "postgresql", 5432 }, { "postgis", 5432 }, { "pgsql", 5432 }, { "psql", 5432 }, { "mysql", 3306 }, { "mysql2", 3306 }, { "mariadb", 3306 },
             { "redis", 6379 }, { "rediss", 6379 }, { "valkey", 6379 }, { "mongodb", 27017 }, { "mongo", 27017 }, { "amqp", 5672 }, { "amqps", 5671 },
             { "pyamqp", 5672 }, { "kafka", 9092 }, { "sqlserver", 1433 }, { "mssql", 1433 }, { "oracle", 1521 }, { "memcached", 11211 },
             { "cockroachdb", 26257 }, { "elasticsearch", 9200 } }))
        if (plain == name)
            return port;
    return 0;
}

std::vector<SettingAddress> settingAddresses(const std::vector<NameAndValue>& settings) { return SettingReader(settings).read(); }

std::optional<OutsideCall> outsideCall(std::string_view written, const SettingAddress& found, const std::vector<std::string>& owner)
{
    const std::string name = plainName(written);
    const NamedAddress& address = found.address;
    if (isOwnMachine(address.host) || isOwnOrVisitors(name))
        return std::nullopt;
    const Protocol byPort = protocolOf(softwareByPort(found.port));
    const Protocol spoken = protocolOf(found.software) != Protocol::Tcp ? protocolOf(found.software) : byPort;
    if (isWebScheme(address.scheme)) {
        if (isForBrowsers(name))
            return std::nullopt;
        const bool isDotless = address.host.find('.') == std::string::npos;
        const std::size_t ending = addressEnding(name);
        const bool isOfOther = ending != std::string::npos && !isOwnStem(std::string_view(name).substr(0, ending))
            && !std::string_view(name).substr(0, ending).ends_with("app_") && name != "base_url" && !name.ends_with("app_base_url");
        const bool isCalled = isDotless || isEnginesHost(address.host) || (isInnerName(address.host) && isOfOther)
            || (!isFillIn(address.host) && (namesOutsideApi(written) || isOneOfCalled(name) || (ending != std::string::npos && isNamedFor(name, address.host, owner))
                    || (name.ends_with("baseurl") && isNamedFor(name, address.host, owner))));
        if (!isCalled)
            return std::nullopt;
        return OutsideCall { found.port, address.scheme == "https" ? Protocol::Https : Protocol::Http };
    }
    if (!address.scheme.empty()) {
        const bool isKnown = portOfScheme(address.scheme) != 0 || (address.port != 0 && isCallScheme(address.scheme))
            || (softwareByPort(address.port).id != "unknown" && !isOtherScheme(address.scheme)); // "ecto://db:5432"
        if (!isKnown)
            return std::nullopt;
        return OutsideCall { found.port, spoken };
    }
    // Without a scheme: only where the setting's name says that an address is meant, of something else than the program.
    const std::size_t ending = addressEnding(name);
    if (ending == std::string::npos || isForBrowsers(name) || isOwnStem(std::string_view(name).substr(0, ending)) || isFillIn(address.host)
        || address.host == name)
        return std::nullopt;
    // "API_HOST=api.shop.io" mostly tells browsers where the program itself is.
    constexpr auto own = std::to_array<std::string_view>({ "api_", "backend_", "client_", "service_" });
    if (!isInnerName(address.host) && std::find(own.begin(), own.end(), std::string_view(name).substr(0, ending)) != own.end())
        return std::nullopt;
    const base::Port port = found.port != 0 ? found.port : usualPort(found.software.id);
    return port == 0 ? std::nullopt : std::optional(OutsideCall { port, spoken });
}

}
