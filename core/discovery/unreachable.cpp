#include "core/base/text.h"
#include "core/discovery/dependency.h"

#include <re2/re2.h>

#include <algorithm>
#include <array>
#include <cctype>

namespace hopscope::discovery {

namespace {
constexpr std::size_t maximumLine = 4096;

bool reportsFailure(std::string_view lower)
{
    constexpr auto words = std::to_array<std::string_view>({ "refused", "etimedout", "timed out", "timeout", "ehostunreach",
        "enetunreach", "no route to host", "unreachable", "could not connect", "can't connect", "cannot connect",
        "unable to connect", "failed to connect", "error connecting", "connection failed", "connect failed", "enotfound",
        "no such host", "could not create socket", "address family not supported", "connection to server at", "connection error", "connection reset", "econnreset", "lost connection", "not reachable" });
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

/// A bare word before a number is a host where the words before it say so ("connect ECONNREFUSED db:5432", "dial tcp
/// db:5432"), and not otherwise: "pid:73", "code:504", "line:12", "attempt:3".
bool isSaidToBeHost(std::string_view before)
{
    while (!before.empty() && std::string_view(" \t\"'(=").find(before.back()) != std::string_view::npos)
        before.remove_suffix(1);
    if (before.ends_with("//") || before.ends_with('@'))
        return true;
    const std::string word = base::lowered(before.substr(before.find_last_of(" \t\"'(=:,") + 1));
    static constexpr auto words = std::to_array<std::string_view>({ "tcp", "connect", "connecting", "to", "at", "host",
        "hostname", "server", "address", "addr", "lookup", "broker", "node", "econnrefused", "etimedout", "econnreset",
        "ehostunreach", "enetunreach", "enotfound", "eai_again", "epipe", "reach", "reaching", "dialing", "upstream" });
    return std::find(words.begin(), words.end(), word) != words.end();
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
    re2::StringPiece name;
    for (int i = 0; i < 16 && re2::RE2::FindAndConsume(&rest, named, &name, &port); ++i) {
        host = std::string(name);
        const bool isNumber = host.find_first_not_of("0123456789") == std::string::npos; // "12:30"
        const bool isDate = host.find_first_not_of("0123456789-T") == std::string::npos;
        const bool isBareWord = host.find('.') == std::string::npos && host != "localhost";
        const std::string_view before(line.data(), static_cast<std::size_t>(name.data() - line.data()));
        // a number of the range that systems give to callers is a caller's
        const bool isCallersPort = portOf(port) >= 32768;
        if (!isNumber && !isDate && !isSourceFile(host) && ((!isBareWord && !isCallersPort) || isSaidToBeHost(before)))
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
}

std::string_view driverIn(std::string_view line)
{
    line = line.substr(0, maximumLine);
    struct Driver {
        std::string_view word;
        std::string_view software;
    };
    static constexpr auto drivers = std::to_array<Driver>({
        { "psycopg2.errors.", "postgresql" }, { "psycopg2.OperationalError", "postgresql" }, { "psycopg.errors.", "postgresql" },
        { "psycopg.OperationalError", "postgresql" }, { "asyncpg.exceptions.", "postgresql" }, { "org.postgresql.util.PSQLException", "postgresql" },
        { "Npgsql.PostgresException", "postgresql" }, { "PG::", "postgresql" }, { "/node_modules/pg/", "postgresql" },
        { "/node_modules/pg-protocol/", "postgresql" }, { "pymysql.err.", "mysql" }, { "MySQLdb.", "mysql" }, { "mysql.connector.errors.", "mysql" },
        { "Mysql2::Error", "mysql" }, { "com.mysql.cj.jdbc.exceptions.", "mysql" }, { "/node_modules/mysql2/", "mysql" },
        { "redis.exceptions.", "redis" }, { "Redis::CommandError", "redis" }, { "RedisException", "redis" }, { "/node_modules/ioredis/", "redis" },
        { "/node_modules/@redis/", "redis" }, { "pymongo.errors.", "mongodb" }, { "MongoServerError", "mongodb" },
        { "smtplib.", "smtp" }, { "/smtplib.py\"", "smtp" }, { "/aiosmtplib/", "smtp" }, { "/net/smtp.rb:", "smtp" }, { "Net::SMTP", "smtp" },
        { "/node_modules/nodemailer/", "smtp" }, { "/Mailer/Transport/Smtp/", "smtp" }, { "Swift_Transport", "smtp" },
        { "PHPMailer", "smtp" }, { "com.sun.mail.", "smtp" }, { "jakarta.mail.", "smtp" }, { "javax.mail.", "smtp" },
        { "org.eclipse.angus.mail.", "smtp" }, { "MailKit.Net.Smtp", "smtp" }, { "System.Net.Mail.Smtp", "smtp" },
    });
    for (const Driver& each : drivers)
        if (line.find(each.word) != std::string_view::npos)
            return each.software;
    return {};
}

std::vector<model::Endpoint> unreachableIn(std::string_view line)
{
    line = line.substr(0, maximumLine);
    const std::string lower = base::lowered(line);
    std::vector<model::Endpoint> found;
    const re2::StringPiece piece(line.data(), line.size());
    // "connection to server on socket "/run/postgresql/.s.PGSQL.5432" failed: No such file or directory", "connect ENOENT /run/x.sock"
    const bool isNoSocket = lower.find("connect") != std::string::npos
        && (lower.find("no such file") != std::string::npos || lower.find("enoent") != std::string::npos);
    if (isNoSocket && !reportsFailure(lower))
        findDatabaseSockets(piece, found);
    if (!reportsFailure(lower))
        return found;
    findSpokenPorts(piece, found);
    findAddresses(piece, found);
    findDatabaseSockets(piece, found);
    return found;
}

}
