#include "core/discovery/software.h"

#include "core/base/text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <vector>

namespace hopscope::discovery {

namespace {
using model::NodeKind;
using model::Protocol;

struct Known {
    std::string_view program; ///< the file's name, or its beginning where `isPrefix`
    std::string_view id;
    NodeKind kind;
    bool isPrefix = false;
};

/// Programs that are what they are called.
constexpr auto programs = std::to_array<Known>({
    { "nginx", "nginx", NodeKind::Proxy },
    { "openresty", "nginx", NodeKind::Proxy },
    { "angie", "nginx", NodeKind::Proxy },
    { "freenginx", "nginx", NodeKind::Proxy },
    { "tengine", "nginx", NodeKind::Proxy },
    { "apache2", "apache", NodeKind::Proxy },
    { "httpd", "apache", NodeKind::Proxy },
    { "haproxy", "haproxy", NodeKind::Proxy },
    { "caddy", "caddy", NodeKind::Proxy },
    { "traefik", "traefik", NodeKind::Proxy },
    { "envoy", "envoy", NodeKind::Proxy },
    { "varnishd", "varnish", NodeKind::Cache },
    { "php-fpm", "php-fpm", NodeKind::App, true },
    { "postgres", "postgresql", NodeKind::Database },
    { "postmaster", "postgresql", NodeKind::Database },
    { "pg_ctlcluster", "postgresql", NodeKind::Database },
    { "pgbouncer", "pgbouncer", NodeKind::Database },
    { "mysqld", "mysql", NodeKind::Database, true },
    { "mariadbd", "mariadb", NodeKind::Database, true },
    { "redis-server", "redis", NodeKind::Cache },
    { "valkey-server", "redis", NodeKind::Cache },
    { "keydb-server", "redis", NodeKind::Cache },
    { "memcached", "memcached", NodeKind::Cache },
    { "mongod", "mongodb", NodeKind::Database },
    { "rabbitmq-server", "rabbitmq", NodeKind::Database },
    { "clickhouse-server", "clickhouse", NodeKind::Database },
    { "gunicorn", "gunicorn", NodeKind::App, true },
    { "uvicorn", "uvicorn", NodeKind::App },
    { "hypercorn", "hypercorn", NodeKind::App },
    { "daphne", "daphne", NodeKind::App },
    { "waitress-serve", "waitress", NodeKind::App },
    { "uwsgi", "uwsgi", NodeKind::App, true },
    { "puma", "puma", NodeKind::App },
    { "unicorn", "unicorn", NodeKind::App, true },
    { "thin", "thin", NodeKind::App },
    { "dotnet", "dotnet", NodeKind::App },
    { "node", "node", NodeKind::App, true },
    { "bun", "bun", NodeKind::App },
    { "deno", "deno", NodeKind::App },
    { "docker-proxy", "docker", NodeKind::Proxy },
});

/// What an interpreter's command line holds, first match wins.
struct Content {
    std::string_view text;
    std::string_view id;
    NodeKind kind = NodeKind::App;
};
constexpr auto contents = std::to_array<Content>({
    { "/pg_ctlcluster ", "postgresql", NodeKind::Database }, // Debian's script that starts it, while it does
    { "gunicorn", "gunicorn" },
    { "uvicorn", "uvicorn" },
    { "hypercorn", "hypercorn" },
    { "daphne", "daphne" },
    { "uwsgi", "uwsgi" },
    { "waitress", "waitress" },
    { "manage.py runserver", "django" },
    { "flask run", "flask" },
    { "streamlit", "streamlit" },
    { "puma", "puma" },
    { "unicorn", "unicorn" },
    { "passenger", "passenger" },
    { "rails server", "rails" },
    { "org.apache.catalina", "tomcat" },
    { "spring", "java" },
    { "artisan serve", "php" },
    { "rabbit", "rabbitmq", NodeKind::Database },
    { "kafka.Kafka", "kafka", NodeKind::Database },
    { "org.elasticsearch", "elasticsearch", NodeKind::Database },
    { "org.opensearch", "opensearch", NodeKind::Database },
});

/// Interpreters: what they are where their command line says no more.
constexpr auto interpreters = std::to_array<Known>({
    { "python", "python", NodeKind::App, true },
    { "ruby", "ruby", NodeKind::App, true },
    { "java", "java", NodeKind::App },
    { "php", "php", NodeKind::App, true },
    { "perl", "perl", NodeKind::App, true },
    { "beam.smp", "erlang", NodeKind::App },
    { "bundle", "ruby", NodeKind::App },
});


std::string_view programName(std::string_view path)
{
    while (path.starts_with('-') || path.starts_with('@') || path.starts_with('!') || path.starts_with('+'))
        path.remove_prefix(1); // prefixes of systemd's ExecStart
    return path.substr(path.rfind('/') + 1);
}

std::vector<std::string_view> wordsOf(std::string_view text)
{
    std::vector<std::string_view> words;
    for (std::size_t at = 0; at < text.size() && words.size() < 64;) {
        const std::size_t start = text.find_first_not_of(" \t'\"", at);
        if (start == std::string_view::npos)
            break;
        const std::size_t end = std::min(text.find_first_of(" \t'\"", start), text.size());
        words.push_back(text.substr(start, end - start));
        at = end;
    }
    return words;
}

template <std::size_t size>
const Known* find(const std::array<Known, size>& table, std::string_view program)
{
    for (const Known& each : table)
        if (program == each.program || (each.isPrefix && program.starts_with(each.program)
                && (program.size() == each.program.size()
                    || !std::isalpha(static_cast<unsigned char>(program[each.program.size()])))))
            return &each;
    return nullptr;
}

Software byContent(std::string_view commandLine, const Known* interpreter)
{
    for (const Content& each : contents)
        if (commandLine.find(each.text) != std::string_view::npos)
            return { std::string(each.id), each.kind };
    if (interpreter)
        return { std::string(interpreter->id), interpreter->kind };
    return {};
}

bool isWrapper(std::string_view program)
{
    constexpr auto wrappers = std::to_array<std::string_view>({ "sh", "bash", "dash", "env", "sudo", "su", "npm", "npx",
        "yarn", "pnpm", "poetry", "pipenv", "exec", "nice", "ionice", "setsid", "runuser", "timeout", "tini",
        "dumb-init", "uv", "start-stop-daemon", "daemon", "chpst", "rbenv", "bundle" });
    return std::find(wrappers.begin(), wrappers.end(), program) != wrappers.end();
}

/// A command line whose first word may be a wrapper ("/bin/sh -c 'node server.js'").
Software byCommand(std::string_view commandLine)
{
    const std::vector<std::string_view> words = wordsOf(commandLine);
    bool sawNpm = false;
    for (std::size_t i = 0; i < words.size() && i < 12; ++i) {
        const std::string_view program = programName(words[i]);
        if (const Known* known = find(programs, program))
            return { std::string(known->id), known->kind };
        if (const Known* interpreter = find(interpreters, program); interpreter && program != "bundle")
            return byContent(commandLine, interpreter);
        sawNpm = sawNpm || program == "npm" || program == "yarn" || program == "pnpm" || program == "npx"
            || program == "next" || program == "nuxt" || program == "pm2";
        const bool isSkipped = isWrapper(program) || words[i].starts_with('-') || words[i] == "run"
            || words[i].find('=') != std::string_view::npos || i > 0;
        if (!isSkipped)
            break;
        if (i > 0 && !isWrapper(program) && !words[i].starts_with('-') && !isWrapper(programName(words[0])))
            break;
    }
    return sawNpm ? Software { "node", NodeKind::App } : Software {};
}
}

Software softwareOf(const model::Process& process)
{
    const std::string_view command = process.commandLine;
    // Programs that rename themselves: "nginx: master process …", "php-fpm: pool www", "postgres: 15/main: …",
    // "gunicorn: master [app]", "puma 6.4.0 (tcp://…)", "PM2 v5.3.0: God Daemon".
    if (command.starts_with("PM2 "))
        return { "node", NodeKind::App };
    if (command.starts_with("puma"))
        return { "puma", NodeKind::App };
    if (command.starts_with("unicorn"))
        return { "unicorn", NodeKind::App };
    if (const std::size_t colon = command.find(':'); colon != std::string_view::npos && colon < 32)
        if (const Known* known = find(programs, programName(command.substr(0, colon))))
            return { std::string(known->id), known->kind };
    // A docker-proxy or an interpreter says more by its command line than by its file.
    const std::string_view executable = programName(process.executable);
    if (const Known* known = find(programs, executable))
        return { std::string(known->id), known->kind };
    if (const Known* interpreter = find(interpreters, executable))
        return byContent(command, interpreter);
    if (const Software byLine = byCommand(command); byLine.id != "unknown")
        return byLine;
    if (const Known* known = find(programs, process.name))
        return { std::string(known->id), known->kind };
    if (process.name.starts_with("next-"))
        return { "node", NodeKind::App };
    if (const Known* interpreter = find(interpreters, process.name))
        return byContent(command, interpreter);
    return {};
}

Software softwareOf(const model::Unit& unit)
{
    // A script that only starts it (Debian's pg_ctlcluster is Perl) says less than the unit's name.
    const Software byLine = byCommand(unit.execStart);
    if (byLine.id != "unknown" && byLine.id != "perl")
        return byLine;
    const std::string name = base::lowered(unit.name);
    constexpr auto names = std::to_array<Content>({
        { "postgresql", "postgresql", NodeKind::Database },
        { "mariadb", "mariadb", NodeKind::Database },
        { "mysql", "mysql", NodeKind::Database },
        { "redis", "redis", NodeKind::Cache },
        { "valkey", "redis", NodeKind::Cache },
        { "memcached", "memcached", NodeKind::Cache },
        { "mongod", "mongodb", NodeKind::Database },
        { "rabbitmq", "rabbitmq", NodeKind::Database },
        { "nginx", "nginx", NodeKind::Proxy },
        { "openresty", "nginx", NodeKind::Proxy },
        { "angie", "nginx", NodeKind::Proxy },
        { "apache2", "apache", NodeKind::Proxy },
        { "httpd", "apache", NodeKind::Proxy },
        { "haproxy", "haproxy", NodeKind::Proxy },
        { "caddy", "caddy", NodeKind::Proxy },
        { "tomcat", "tomcat", NodeKind::App },
        { "gunicorn", "gunicorn", NodeKind::App },
        { "uvicorn", "uvicorn", NodeKind::App },
        { "puma", "puma", NodeKind::App },
        { "uwsgi", "uwsgi", NodeKind::App },
        { "pm2", "node", NodeKind::App },
    });
    if (name.starts_with("php") && name.find("fpm") != std::string::npos)
        return { "php-fpm", NodeKind::App };
    for (const Content& each : names)
        if (name.starts_with(each.text))
            return { std::string(each.id), each.kind };
    return byLine;
}

Software softwareByPort(base::Port port)
{
    switch (port) {
    case 5432: return { "postgresql", NodeKind::Database };
    case 6432: return { "pgbouncer", NodeKind::Database };
    case 3306: return { "mysql", NodeKind::Database };
    case 6379: return { "redis", NodeKind::Cache };
    case 11211: return { "memcached", NodeKind::Cache };
    case 27017: return { "mongodb", NodeKind::Database };
    case 5672: return { "rabbitmq", NodeKind::Database };
    case 9092: return { "kafka", NodeKind::Database };
    case 9200: return { "elasticsearch", NodeKind::Database };
    case 1433: return { "mssql", NodeKind::Database };
    case 1521: return { "oracle", NodeKind::Database };
    default: return {};
    }
}

model::Protocol protocolOf(const Software& software)
{
    if (software.id == "postgresql" || software.id == "pgbouncer")
        return Protocol::Postgresql;
    if (software.id == "mysql" || software.id == "mariadb")
        return Protocol::Mysql;
    if (software.id == "redis")
        return Protocol::Redis;
    if (software.id == "memcached")
        return Protocol::Memcached;
    if (software.id == "mongodb")
        return Protocol::Mongodb;
    if (software.id == "rabbitmq")
        return Protocol::Amqp;
    if (software.id == "kafka")
        return Protocol::Kafka;
    if (software.id == "elasticsearch" || software.id == "opensearch")
        return Protocol::Http;
    return Protocol::Tcp;
}

std::string displayName(std::string_view software)
{
    constexpr auto names = std::to_array<std::pair<std::string_view, std::string_view>>({
        { "node", "Node.js" },
        { "php-fpm", "PHP-FPM" },
        { "postgresql", "PostgreSQL" },
        { "mysql", "MySQL" },
        { "mariadb", "MariaDB" },
        { "redis", "Redis" },
        { "mongodb", "MongoDB" },
        { "rabbitmq", "RabbitMQ" },
        { "memcached", "Memcached" },
        { "kafka", "Kafka" },
        { "elasticsearch", "Elasticsearch" },
        { "opensearch", "OpenSearch" },
        { "pgbouncer", "PgBouncer" },
        { "mssql", "SQL Server" },
        { "smtp", "the mail relay" },
        { "clickhouse", "ClickHouse" },
        { "uwsgi", "uWSGI" },
        { "puma", "Puma" },
        { "java", "Java" },
        { "tomcat", "Tomcat" },
        { "python", "Python" },
        { "ruby", "Ruby" },
        { "unknown", "the app" },
    });
    for (const auto& [id, name] : names)
        if (id == software)
            return std::string(name);
    return std::string(software);
}

}
