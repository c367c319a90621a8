#include "core/discovery/namedservice.h"

#include "core/base/text.h"
#include "core/discovery/hostindex.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <span>

namespace hopscope::discovery {

namespace {
using model::NodeKind;
using model::Protocol;
using model::Setting;

constexpr std::size_t mostServices = 32;
constexpr std::size_t mostOfOneSetting = 8;

struct Kind {
    std::string_view word;
    std::string_view id;
    NodeKind kind;
};

/// Words that stand for a kind of service, in schemes, drivers and names of settings. Longer ones first.
constexpr auto kinds = std::to_array<Kind>({
    { "postgres", "postgresql", NodeKind::Database },
    { "pgsql", "postgresql", NodeKind::Database },
    { "psycopg", "postgresql", NodeKind::Database },
    { "postgis", "postgresql", NodeKind::Database },
    { "mariadb", "mysql", NodeKind::Database },
    { "mysql", "mysql", NodeKind::Database },
    { "mongo", "mongodb", NodeKind::Database },
    { "memcache", "memcached", NodeKind::Cache },
    { "redis", "redis", NodeKind::Cache },
    { "valkey", "redis", NodeKind::Cache },
    { "rabbit", "rabbitmq", NodeKind::Database },
    { "amqp", "rabbitmq", NodeKind::Database },
    { "kafka", "kafka", NodeKind::Database },
    { "elastic", "elasticsearch", NodeKind::Database },
    { "opensearch", "elasticsearch", NodeKind::Database },
    { "sqlserver", "mssql", NodeKind::Database },
    { "mssql", "mssql", NodeKind::Database },
    { "clickhouse", "clickhouse", NodeKind::Database },
});


bool holdsAny(std::string_view text, std::initializer_list<std::string_view> words)
{
    return std::any_of(words.begin(), words.end(),
        [&](std::string_view word) { return text.find(word) != std::string_view::npos; });
}

std::vector<std::string_view> split(std::string_view text, char separator)
{
    std::vector<std::string_view> parts;
    for (;;) {
        const std::size_t end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos || parts.size() > 64)
            return parts;
        text.remove_prefix(end + 1);
    }
}

base::Port portOf(std::string_view digits)
{
    int port = 0;
    for (const char c : digits) {
        if (c < '0' || c > '9' || port > 65535)
            return 0;
        port = port * 10 + (c - '0');
    }
    return port > 0 && port <= 65535 ? static_cast<base::Port>(port) : base::Port(0);
}

/// "host", "host:port", "[::1]:port", "/run/x.sock", "localhost:/run/x.sock"
std::optional<model::Endpoint> endpointOf(std::string_view text, base::Port usual)
{
    model::Endpoint endpoint;
    if (const std::size_t path = text.find('/'); path != std::string_view::npos) {
        if (path != 0 && text[path - 1] != ':')
            return std::nullopt;
        endpoint.path = std::string(text.substr(path));
        return endpoint;
    }
    const std::size_t bracket = text.find(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const bool isBareIpv6 = bracket == std::string_view::npos && std::count(text.begin(), text.end(), ':') > 1;
    endpoint.host = plainAddress(isBareIpv6 ? text : text.substr(0, colon));
    endpoint.port = isBareIpv6 || colon == std::string_view::npos ? usual : portOf(text.substr(colon + 1));
    if (endpoint.host.empty() || endpoint.port == 0)
        return std::nullopt;
    return endpoint;
}

/// libpq names the folder of a socket, not the socket.
void completeSocket(model::Endpoint& endpoint, std::string_view software, base::Port port)
{
    if (software == "postgresql" && endpoint.isUnix() && endpoint.path.find(".s.PGSQL.") == std::string::npos) {
        while (endpoint.path.ends_with('/'))
            endpoint.path.pop_back();
        endpoint.path += "/.s.PGSQL." + std::to_string(port == 0 ? base::Port(5432) : port);
    }
}

/// Where the app itself is reached, or what only people's browsers and tools ask.
bool isNoService(std::string_view key)
{
    return holdsAny(key, { "app_url", "app.url", "base_url", "baseurl", "site_url", "siteurl", "public", "frontend",
        "front_end", "root_url", "self", "callback", "redirect", "webhook", "origin", "cors", "asset", "cdn", "static",
        "media", "image", "logo", "docs", "sentry", "otel", "opentelemetry", "jaeger", "zipkin", "statsd", "metrics",
        "prometheus", "login", "logout", "return", "success", "cancel", "registry", "npm_", "pip_", "git_", "github",
        "home", "schema", "license", "proxy", "vite_", "react_app", "aspnetcore_urls", "kestrel", "listen", "bind",
        "allowed", "trusted", "virtual_host", "letsencrypt", "issuer", "debug", "smtp", "mail", "syslog", "graylog",
        "log_", "dd_", "newrelic", "new_relic", "elastic_apm", "apm", "server.url", "domain" });
}

/// "DB_HOST" → "db_", "spring.data.redis.host" → "spring.data.redis."; empty where the key does not end so.
std::optional<std::string> stemOf(const std::string& key, std::span<const std::string_view> endings)
{
    for (const std::string_view ending : endings)
        if (key.ends_with(ending))
            return key.substr(0, key.size() - ending.size());
    return std::nullopt;
}

constexpr auto hostEndings = std::to_array<std::string_view>({ "bootstrap-servers", "bootstrap_servers",
    "bootstrap.servers", "contact_points", "hostnames", "hostname", "hostaddr", "hosts", "host", "addresses", "address",
    "addrs", "addr", "endpoints", "endpoint", "brokers", "broker", "servers", "server", "nodes", "seeds", "unix_socket",
    "unixsocket", "socket_path", "socketpath", "socket_file", "socketfile", "socket", "sock_path", "sock", "location" });
constexpr auto kindEndings = std::to_array<std::string_view>({ "connection", "adapter", "engine", "driver", "dialect",
    "database_type", "db_type", "type", "client", "backend" });

class ServiceSearch {
public:
    ServiceSearch(const std::vector<const Setting*>& settings, const DatabaseSearch& findDatabase)
        : m_findDatabase(findDatabase)
    {
        const std::string environment = environmentOf(settings);
        for (const Setting* setting : settings) {
            std::string key = base::lowered(setting->key);
            if (!isOfOtherEnvironment(key, environment))
                m_settings.push_back({ setting, std::move(key) });
        }
        for (const Entry& entry : m_settings)
            if (const auto stem = stemOf(entry.key, kindEndings); stem && softwareNamed(entry.setting->value).id != "unknown") {
                m_kinds.try_emplace(*stem, softwareNamed(entry.setting->value));
                m_kindsOfFiles.try_emplace(entry.setting->file, softwareNamed(entry.setting->value));
            }
        for (const Entry& entry : m_settings)
            if (entry.key.ends_with("port"))
                m_ports.try_emplace(entry.key.substr(0, entry.key.size() - 4), portOf(entry.setting->value));
    }

    std::vector<NamedService> run()
    {
        // What the process was given comes before what a file would be read for.
        for (const bool isGiven : { true, false })
            for (const Entry& entry : m_settings)
                if ((entry.setting->origin != Setting::Origin::File) == isGiven)
                    read(entry);
        return std::move(m_found);
    }

private:
    struct Entry {
        const Setting* setting;
        std::string key; ///< lower-case
    };

    static std::string environmentOf(const std::vector<const Setting*>& settings)
    {
        for (const std::string_view key : { "rails_env", "rack_env", "node_env", "app_env", "application_env", "flask_env" })
            for (const Setting* setting : settings)
                if (base::lowered(setting->key) == key && setting->origin != Setting::Origin::File)
                    return base::lowered(setting->value);
        return "production";
    }

    static bool isOfOtherEnvironment(const std::string& key, const std::string& environment)
    {
        const std::vector<std::string_view> parts = split(key, '.');
        for (const std::string_view other : { "development", "test", "testing", "staging", "production", "local", "ci" })
            if (other != environment && parts.size() > 1
                && std::find(parts.begin(), parts.end() - 1, other) != parts.end() - 1)
                return true;
        return false;
    }

    void read(const Entry& entry)
    {
        const std::string_view value = entry.setting->value;
        if (value.find("://") != std::string_view::npos)
            readUrls(entry);
        else if (value.find("host=") != std::string_view::npos || value.find("unix_socket=") != std::string_view::npos)
            readWords(entry);
        else if (value.starts_with("tcp(") || value.starts_with("unix("))
            readMysqlAddress(entry);
        else
            readHosts(entry);
    }

    void readUrls(const Entry& entry)
    {
        std::string scheme;
        std::vector<model::Endpoint> endpoints;
        Software software;
        for (std::string_view part : split(entry.setting->value, ',')) {
            if (const std::size_t end = part.find("://"); end != std::string_view::npos) {
                scheme = std::string(part.substr(0, end));
                part.remove_prefix(end + 3);
                software = ofScheme(scheme, entry.key, part);
            }
            if (scheme.ends_with("+srv") || (isHttp(scheme) && software.id == "unknown" && isNoService(entry.key)))
                continue;
            const base::Port usual = scheme == "https" ? 443 : scheme == "http" ? 80 : scheme == "amqps" ? 5671 : usualPort(software.id);
            if (auto endpoint = endpointOf(part, usual)) {
                completeSocket(*endpoint, software.id, 0);
                endpoints.push_back(std::move(*endpoint));
            }
        }
        if (software.id == "unknown" && !isHttp(scheme))
            return;
        // A database behind TLS from the first byte, or any https: no more than the handshake is tried.
        const bool isTls = scheme == "rediss" || scheme == "amqps" || scheme.ends_with("https") || scheme == "ssl";
        const Protocol plain = isHttp(scheme) && software.id != "elasticsearch" ? Protocol::Tcp : protocolOf(software);
        add(entry, software, isTls ? Protocol::Tls : plain, endpoints);
    }

    static bool isHttp(std::string_view scheme) { return scheme == "http" || scheme == "https"; }

    static Software ofScheme(const std::string& scheme, const std::string& key, std::string_view rest)
    {
        if (!isHttp(scheme))
            return softwareNamed(scheme);
        const Software byKey = softwareNamed(key);
        if (byKey.id == "elasticsearch" || rest.ends_with(":9200"))
            return { "elasticsearch", NodeKind::Database };
        return {};
    }

    /// "kind=mysql host=db port=3306 unix_socket=/run/mysqld/mysqld.sock"
    void readWords(const Entry& entry)
    {
        Software software = kindOf(entry, {});
        std::string host;
        std::string socket;
        base::Port port = 0;
        for (const std::string_view word : split(entry.setting->value, ' ')) {
            if (word.starts_with("kind="))
                software = softwareNamed(word.substr(5));
            else if (word.starts_with("host="))
                host = word.substr(5);
            else if (word.starts_with("port="))
                port = portOf(word.substr(5));
            else if (word.starts_with("unix_socket="))
                socket = word.substr(12);
        }
        std::replace(host.begin(), host.end(), ',', ':'); // "sql.internal,1433" of SQL Server
        if (software.id == "unknown" && port == 0 && socket.empty() && m_findDatabase)
            port = m_findDatabase(host);
        if (software.id == "unknown")
            software = softwareByPort(port);
        if (software.id == "unknown")
            return;
        if (auto endpoint = endpointOf(socket.empty() ? host : socket, port == 0 ? usualPort(software.id) : port)) {
            completeSocket(*endpoint, software.id, port);
            add(entry, software, protocolOf(software), { *endpoint });
        }
    }

    void readMysqlAddress(const Entry& entry)
    {
        std::string_view value = entry.setting->value;
        value = value.substr(value.find('(') + 1);
        value = value.substr(0, value.find(')'));
        const Software software { "mysql", NodeKind::Database };
        if (auto endpoint = endpointOf(value, 3306))
            add(entry, software, Protocol::Mysql, { *endpoint });
    }

    void readHosts(const Entry& entry)
    {
        const auto stem = stemOf(entry.key, hostEndings);
        if (!stem)
            return;
        Software software = kindOf(entry, *stem);
        const auto ownPort = m_ports.find(*stem);
        base::Port port = ownPort == m_ports.end() ? base::Port(0) : ownPort->second;
        const std::vector<std::string_view> parts = split(entry.setting->value, ',');
        if (software.id == "unknown" && port == 0 && m_findDatabase && isOfDatabase(*stem))
            if (const auto host = endpointOf(parts.front(), 1); host && !host->isUnix())
                port = m_findDatabase(host->host);
        if (software.id == "unknown")
            software = softwareOfSocket(parts.front());
        if (software.id == "unknown") {
            const auto first = endpointOf(parts.front(), port);
            if (!first || first->isUnix() || entry.setting->origin == Setting::Origin::File || isOwnAddress(*stem))
                return;
            software = softwareByPort(first->port);
        }
        if (port == 0)
            port = usualPort(software.id);
        std::vector<model::Endpoint> endpoints;
        for (const std::string_view part : parts)
            if (auto endpoint = endpointOf(part, port)) {
                // PHP's MySQL takes "localhost" for the socket, and its place is compiled in: a port would be a guess.
                if (software.id == "mysql" && endpoint->host == "localhost" && entry.setting->file.ends_with(".php"))
                    *endpoint = { {}, 0, "/run/mysqld/mysqld.sock" };
                completeSocket(*endpoint, software.id, port);
                endpoints.push_back(std::move(*endpoint));
            }
        add(entry, software, protocolOf(software), endpoints);
    }

    /// What a pair of host and port without a kind mostly is: the app's own socket, or a collector of figures.
    static bool isOwnAddress(std::string_view stem)
    {
        static constexpr auto own = std::to_array<std::string_view>({ "", "server", "app", "application", "http", "https",
            "web", "api", "listen", "bind", "management", "admin", "uvicorn", "gunicorn", "hypercorn", "flask_run", "flask",
            "jmx", "rmi", "node", "pod", "container", "external", "internal", "service", "kubernetes_service", "ssh" });
        while (stem.ends_with('_') || stem.ends_with('.') || stem.ends_with('-'))
            stem.remove_suffix(1);
        return std::find(own.begin(), own.end(), stem) != own.end() || isNoService(stem);
    }

    /// "DB_HOST", "database.host", "shop_sql_server": a database, though not which.
    static bool isOfDatabase(std::string_view stem)
    {
        return stem == "db_" || stem == "db." || stem.ends_with("_db_") || stem.ends_with(".db.")
            || holdsAny(stem, { "database", "sql", "jdbc", "datasource" });
    }

    Software kindOf(const Entry& entry, const std::string& stem) const
    {
        if (const auto found = m_kinds.find(stem); found != m_kinds.end())
            return found->second;
        const Software byName = softwareNamed(stem.empty() ? entry.key : stem);
        if (byName.id != "unknown")
            return byName;
        if (stem == "pg" || stem.ends_with("pg_") || stem.ends_with(".pg.") || stem == "pg_")
            return { "postgresql", NodeKind::Database };
        if (stem == "es_" || stem.ends_with(".es."))
            return { "elasticsearch", NodeKind::Database };
        if (entry.setting->origin != Setting::Origin::File)
            return {};
        const std::string& file = entry.setting->file;
        if (file.ends_with("wp-config.php") || file.ends_with("app/etc/env.php") || file.ends_with("configuration.php"))
            return { "mysql", NodeKind::Database };
        if (file.ends_with("mongoid.yml"))
            return { "mongodb", NodeKind::Database };
        const auto ofFile = m_kindsOfFiles.find(file);
        return file.ends_with("database.yml") && ofFile != m_kindsOfFiles.end() ? ofFile->second : Software();
    }

    void add(const Entry& entry, const Software& software, Protocol protocol, const std::vector<model::Endpoint>& endpoints)
    {
        std::size_t count = 0;
        for (const model::Endpoint& endpoint : endpoints) {
            if (++count > mostOfOneSetting || m_found.size() >= mostServices)
                return;
            const bool isKnown = std::any_of(m_found.begin(), m_found.end(),
                [&](const NamedService& each) { return each.endpoint == endpoint; });
            if (isKnown)
                continue;
            NamedService found;
            found.endpoint = endpoint;
            found.software = software;
            found.protocol = protocol;
            found.group = endpoints.size() > 1 ? entry.setting->key : std::string();
            found.place = placeOf(*entry.setting);
            found.isGiven = entry.setting->origin != Setting::Origin::File;
            m_found.push_back(std::move(found));
        }
    }

    /// Of what the process was given: the line of its unit that says the same, where there is one.
    model::FilePlace placeOf(const Setting& setting) const
    {
        if (setting.origin == Setting::Origin::Environment)
            for (const Entry& each : m_settings)
                if (each.setting->origin == Setting::Origin::Unit && each.setting->key == setting.key && each.setting->value == setting.value)
                    return { each.setting->file, each.setting->line };
        if (setting.origin == Setting::Origin::Environment)
            return { "environment " + setting.key + " of pid " + std::to_string(setting.pid), 0 };
        return { setting.file, setting.line };
    }

    const DatabaseSearch& m_findDatabase;
    std::vector<Entry> m_settings;
    std::map<std::string, Software> m_kinds; ///< by stem
    std::map<std::string, Software> m_kindsOfFiles;
    std::map<std::string, base::Port> m_ports;
    std::vector<NamedService> m_found;
};
}

Software softwareNamed(std::string_view word)
{
    const std::string text = base::lowered(word);
    for (const Kind& kind : kinds)
        if (text.find(kind.word) != std::string::npos)
            return { std::string(kind.id), kind.kind };
    return {};
}

Software softwareOfSocket(std::string_view path)
{
    if (path.empty() || path.front() != '/')
        return {};
    if (path.find(".s.PGSQL.") != std::string_view::npos)
        return { "postgresql", NodeKind::Database };
    const std::size_t file = path.rfind('/');
    const std::size_t folder = file == 0 ? 0 : path.rfind('/', file - 1);
    return softwareNamed(path.substr(folder));
}

base::Port usualPort(std::string_view software)
{
    for (const base::Port port : { 5432, 6432, 3306, 6379, 11211, 27017, 5672, 9092, 9200, 1433, 1521 })
        if (softwareByPort(port).id == software)
            return port;
    return 0;
}

std::vector<NamedService> servicesIn(const std::vector<const Setting*>& settings, const DatabaseSearch& findDatabase)
{
    return ServiceSearch(settings, findDatabase).run();
}

std::optional<NamedService> mailRelayIn(const std::vector<const Setting*>& settings)
{
    const auto isOfMail = [](std::string_view key) { return holdsAny(key, { "smtp", "mail" }); };
    NamedService found;
    found.software = { "smtp", NodeKind::External };
    for (const Setting* setting : settings) {
        const std::string key = base::lowered(setting->key);
        std::string_view value = setting->value;
        found.place = { setting->file, setting->line };
        found.isGiven = setting->origin != Setting::Origin::File;
        if (value.starts_with("smtp://") || value.starts_with("smtps://")) {
            const base::Port usual = value.starts_with("smtps") ? 465 : 587;
            value.remove_prefix(value.find("//") + 2);
            if (const auto endpoint = endpointOf(value, usual); endpoint && !endpoint->isUnix()) {
                found.endpoint = *endpoint;
                return found;
            }
        }
        const auto stem = stemOf(key, hostEndings);
        if (!stem || !isOfMail(*stem) || value.find("://") != std::string_view::npos)
            continue;
        base::Port port = key.starts_with("email_host") ? base::Port(25) : base::Port(587); // Django's own choice; else the usual one
        for (const Setting* other : settings)
            if (base::lowered(other->key) == *stem + "port" && portOf(other->value) != 0)
                port = portOf(other->value);
        if (const auto endpoint = endpointOf(value, port); endpoint && !endpoint->isUnix()) {
            found.endpoint = *endpoint;
            return found;
        }
    }
    return std::nullopt;
}

bool namesOutsideApi(std::string_view variable)
{
    const std::string key = base::lowered(variable);
    for (const std::string_view ending : { "_api_url", "_api_uri", "_api_base", "_api_base_url", "_api_endpoint", "_api_host",
             "_endpoint", "_endpoint_url", "_gateway_url", "_service_url" })
        if (key.ends_with(ending) && key.size() > ending.size()) {
            const std::string_view whose = std::string_view(key).substr(0, key.size() - ending.size());
            return !isNoService(whose) && whose != "app" && whose != "web" && whose != "site" && whose != "backend" && whose != "server"
                && !whose.ends_with("_app");
        }
    return false;
}

}
