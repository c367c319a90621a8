#include "core/parse/addresses.h"

#include "core/base/text.h"
#include "core/parse/lines.h"

#include <re2/re2.h>

#include <algorithm>
#include <cctype>
#include <optional>

namespace hopscope::parse {

namespace {
constexpr std::size_t longestValue = 8 * 1024;
constexpr std::size_t mostAddresses = 32;
constexpr std::size_t mostUrls = 64; ///< looked at, whatever they name
constexpr std::size_t longestHost = 253;

bool isSchemePart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '+' || c == '.' || c == '-' || c == ':' || c == '_'; }
bool isHostPart(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '.' || c == '_'; }
bool isNumeral(char c) { return c >= '0' && c <= '9'; }

std::string_view withoutMarks(std::string_view text)
{
    text = trimmed(text);
    while (text.size() > 1 && (text.front() == '"' || text.front() == '\'' || text.front() == '[') && (text.back() == text.front() || (text.front() == '[' && text.back() == ']')))
        text = trimmed(text.substr(1, text.size() - 2));
    return text;
}

/// A name or an address; no version ("1.25"), time ("12") or number.
bool isHostWord(std::string_view host)
{
    if (host.empty() || host.size() > longestHost || !std::all_of(host.begin(), host.end(), isHostPart) || host.front() == '-'
        || host.front() == '.' || host.find("..") != std::string_view::npos)
        return false;
    if (std::any_of(host.begin(), host.end(), [](char c) { return std::isalpha(static_cast<unsigned char>(c)) != 0; }))
        return true;
    return std::count(host.begin(), host.end(), '.') == 3 && host.back() != '.';
}

/// "host", "host:port", "[::1]:5432"; nothing where that is no address. The port must be a number where there is a colon.
std::optional<NamedAddress> hostAndPort(std::string_view text)
{
    NamedAddress found;
    std::string_view port;
    if (text.starts_with('[')) {
        const std::size_t end = text.find(']');
        if (end == std::string_view::npos || text.substr(1, end - 1).find(':') == std::string_view::npos)
            return std::nullopt;
        found.host = base::lowered(text.substr(1, end - 1));
        port = text.substr(end + 1);
        if (!std::all_of(found.host.begin(), found.host.end(), [](char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0 || c == ':' || c == '.'; }))
            return std::nullopt;
    } else {
        const std::size_t colon = text.find(':');
        const std::string_view host = text.substr(0, colon);
        if (!isHostWord(host))
            return std::nullopt;
        found.host = base::lowered(host);
        port = colon == std::string_view::npos ? std::string_view() : text.substr(colon);
    }
    if (port.empty())
        return found;
    const auto number = numberOf<base::Port>(port.substr(1));
    if (port.front() != ':' || !number || *number == 0)
        return std::nullopt;
    found.port = *number;
    return found;
}

/// "local:redis:6379" (a label in front) and "cache:11211:1" (a weight behind) as host and port.
std::string_view withoutThird(std::string_view text)
{
    const std::size_t first = text.find(':');
    const std::size_t second = first == std::string_view::npos ? first : text.find(':', first + 1);
    if (second == std::string_view::npos || text.find(':', second + 1) != std::string_view::npos || text.starts_with('['))
        return text;
    return numberOf<int>(text.substr(first + 1, second - first - 1)) ? text.substr(0, second) : text.substr(first + 1);
}

class AddressReader {
public:
    explicit AddressReader(std::string_view value)
        : m_value(withoutMarks(value.substr(0, longestValue)))
    {
    }

    std::vector<NamedAddress> read()
    {
        if (!readGoDriver() && !readOracle()) {
            readUrls();
            if (m_found.empty() && !m_hasUrl && !readPairs())
                readList();
        }
        return std::move(m_found);
    }

private:
    void add(std::string scheme, std::optional<NamedAddress> address)
    {
        if (!address || m_found.size() >= mostAddresses)
            return;
        address->scheme = std::move(scheme);
        m_found.push_back(std::move(*address));
    }

    /// "shop:secret@tcp(db:3306)/shop?parseTime=true", also behind "mysql://"
    bool readGoDriver()
    {
        static const re2::RE2 dsn(R"((?:^|[@/\s])(?:tcp[46]?|@)?\(([^()\s]+)\)/)");
        std::string inside;
        if (m_value.find('(') == std::string_view::npos || !re2::RE2::PartialMatch(piece(m_value), dsn, &inside))
            return false;
        add("mysql", hostAndPort(inside));
        return true; // "unix(/run/mysqld/mysqld.sock)" names no host
    }

    /// "jdbc:oracle:thin:@//db:1521/shop" and "…:@db:1521:SID"
    bool readOracle()
    {
        static const re2::RE2 thin(R"((?i)oracle:[a-z]+:[^@\s]*@(?:tcps?:)?(?://)?([A-Za-z0-9_.-]+:\d{1,5})\b)");
        std::string inside;
        if (m_value.find('@') == std::string_view::npos || !re2::RE2::PartialMatch(piece(m_value), thin, &inside))
            return false;
        add("oracle", hostAndPort(inside));
        return true;
    }

    static re2::StringPiece piece(std::string_view text) { return { text.data(), text.size() }; }

    void readUrls()
    {
        std::size_t at = 0;
        for (std::size_t i = 0; i < mostUrls; ++i) {
            const std::size_t mark = m_value.find("://", at);
            if (mark == std::string_view::npos)
                return;
            m_hasUrl = true;
            std::size_t start = mark;
            while (start > at && isSchemePart(m_value[start - 1]))
                --start;
            const std::string scheme = schemeOf(m_value.substr(start, mark - start));
            at = readAuthority(scheme, mark + 3);
        }
    }

    /// "jdbc:mysql:loadbalance" → "mysql", "r2dbc:pool:postgresql" → "postgresql"
    static std::string schemeOf(std::string_view words)
    {
        if (const std::size_t driver = words.find("jdbc:"); driver != std::string_view::npos && (driver == 0 || words[driver - 1] != '2')) {
            words.remove_prefix(driver + 5);
            words = words.substr(0, words.find(':'));
        }
        words.remove_prefix(words.rfind(':') + 1);
        while (!words.empty() && std::isalpha(static_cast<unsigned char>(words.front())) == 0)
            words.remove_prefix(1);
        return base::lowered(words);
    }

    /// Gives where to go on: behind the whole url, so that another one in its query is none of ours.
    std::size_t readAuthority(const std::string& scheme, std::size_t from)
    {
        constexpr std::string_view breaks = " \t\r\n\"'`<>|(){}";
        const std::size_t whole = std::min(m_value.find_first_of(breaks, from), m_value.size());
        std::size_t end = std::min(m_value.find_first_of("/?#;", from), whole);
        // A password with a slash in it: what stands before it is no host with a port, or a better one stands behind a later '@'.
        std::string_view authority = m_value.substr(from, end - from);
        const std::string_view path = m_value.substr(from, std::min(m_value.find_first_of("?#;", from), whole) - from);
        if (const std::size_t at = path.rfind('@'); at != std::string_view::npos && at >= authority.size() && scheme != "http" && scheme != "https") {
            const std::string_view later = path.substr(at + 1, path.find_first_of(",/", at + 1) - at - 1);
            const std::string_view own = authority.substr(authority.rfind('@') + 1);
            const auto better = hostAndPort(later);
            if (better && (better->port != 0 || !hostAndPort(own.substr(0, own.find(','))))) {
                end = std::min(m_value.find_first_of("/?#;", from + at), whole);
                authority = m_value.substr(from, end - from);
            }
        }
        std::size_t behind = end;
        // "http://a:9200,http://b:9200": the second one's scheme is no host.
        if (authority.ends_with(':') && authority.find(',') != std::string_view::npos && m_value.substr(end).starts_with("//")) {
            authority = authority.substr(0, authority.rfind(','));
            behind = from + authority.size() + 1;
        } else if (behind < whole && m_value[behind] != ';') {
            behind = std::min(m_value.find_first_of(",;", behind), whole);
        }
        if (const std::size_t login = authority.rfind('@'); login != std::string_view::npos && authority.substr(0, login).find_first_of("/") != std::string_view::npos)
            authority.remove_prefix(login + 1);
        for (std::string_view rest = authority; !rest.empty();) {
            std::string_view part = takeUntil(rest, ",");
            part.remove_prefix(part.rfind('@') + 1);
            if (const std::size_t instance = part.find('\\'); instance != std::string_view::npos) // "host\SQLEXPRESS:1433"
                add(scheme, hostAndPort(std::string(part.substr(0, instance)) + std::string(part.substr(std::min(part.find(':'), part.size())))));
            else
                add(scheme, hostAndPort(part.ends_with(':') ? part.substr(0, part.size() - 1) : part));
        }
        return std::max(behind, from);
    }

    /// "Server=db,1433;Database=shop", "Host=db;Port=5432", "host=a,b port=5432,5433 dbname=shop", "mysql:host=db;port=3306"
    bool readPairs()
    {
        if (m_value.find('=') == std::string_view::npos)
            return false;
        std::string_view rest = m_value;
        std::string scheme;
        for (const std::string_view driver : { "mysql:", "pgsql:", "sqlsrv:", "dblib:", "cubrid:", "oci:" })
            if (rest.starts_with(driver)) {
                scheme = std::string(driver.substr(0, driver.size() - 1));
                rest.remove_prefix(driver.size());
            }
        const bool hasSemicolons = rest.find(';') != std::string_view::npos || !scheme.empty();
        const std::string all = base::lowered(rest);
        std::string_view hosts;
        std::string_view ports;
        bool isServer = false;
        while (!rest.empty()) {
            std::string_view pair = trimmed(takeUntil(rest, hasSemicolons ? ";" : " "));
            const std::size_t equals = pair.find('=');
            if (equals == std::string_view::npos)
                continue;
            const std::string key = base::lowered(trimmed(pair.substr(0, equals)));
            const std::string_view own = withoutMarks(pair.substr(equals + 1));
            if (hosts.empty() && (key == "host" || key == "hostaddr")) {
                hosts = own;
            } else if (hosts.empty() && hasSemicolons && (key == "server" || key == "data source" || key == "datasource" || key == "addr" || key == "address"
                    || key == "network address" || key == "hostname" || key == "servername")) {
                hosts = own;
                isServer = true;
            } else if (key == "port") {
                ports = own;
            }
        }
        if (hosts.empty())
            return false;
        if (scheme.empty())
            scheme = hasSemicolons ? driverOf(all, isServer) : "postgresql";
        addPairs(scheme == "pgsql" ? "postgresql" : scheme == "sqlsrv" || scheme == "dblib" ? "sqlserver" : scheme, hosts, ports);
        return true;
    }

    static std::string driverOf(const std::string& all, bool isServer)
    {
        const auto says = [&](std::initializer_list<std::string_view> words) {
            return std::any_of(words.begin(), words.end(), [&](std::string_view word) { return all.find(word) != std::string::npos; });
        };
        if (says({ "port=3306", "uid=", "allowpublickeyretrieval", "driver={mysql", "driver={mariadb" }) && !says({ "sql server" }))
            return "mysql";
        if (says({ "port=5432", "driver={postgres", "search path=" }) || !isServer)
            return "postgresql";
        return says({ "initial catalog", "trustservercertificate", "trusted_connection", "multipleactiveresultsets", "integrated security", "encrypt=",
                   ",1433", "sql server", "user id=sa", "user=sa;" })
            ? "sqlserver"
            : std::string();
    }

    void addPairs(const std::string& scheme, std::string_view hosts, std::string_view ports)
    {
        if (hosts.starts_with("tcp:"))
            hosts.remove_prefix(4);
        // SQL Server's comma parts the port from the host
        const std::size_t comma = hosts.find(',');
        if (comma != std::string_view::npos && ports.empty() && isNumeral(hosts.back()) && numberOf<base::Port>(trimmed(hosts.substr(comma + 1)))) {
            ports = trimmed(hosts.substr(comma + 1));
            hosts = trimmed(hosts.substr(0, comma));
        }
        std::string_view lastPort;
        while (!hosts.empty()) {
            std::string_view host = trimmed(takeUntil(hosts, ","));
            if (!ports.empty())
                lastPort = trimmed(takeUntil(ports, ","));
            host = host.substr(0, host.find('\\'));
            const bool isFile = host.ends_with(".db") || host.ends_with(".sqlite") || host.ends_with(".sqlite3");
            auto address = isFile ? std::nullopt : hostAndPort(host);
            if (address && address->port == 0)
                address->port = numberOf<base::Port>(lastPort).value_or(0);
            add(scheme, std::move(address));
        }
    }

    /// "a:9092,b:9092", "redis:6379,abortConnect=false", "db:5432/shop", "1@kafka-1:9093" or one bare word
    void readList()
    {
        std::vector<NamedAddress> found;
        std::size_t parts = 0;
        for (std::string_view rest = m_value; !rest.empty() && parts < 64;) {
            const std::size_t end = std::min(rest.find_first_of(",; \t\n"), rest.size());
            std::string_view part = withoutMarks(rest.substr(0, end));
            rest.remove_prefix(std::min(rest.size(), end + 1));
            if (part.empty())
                continue;
            ++parts;
            if (!found.empty() && part.find('=') != std::string_view::npos)
                continue; // an option
            const bool hasLogin = part.find('@') != std::string_view::npos;
            part.remove_prefix(part.rfind('@') + 1);
            const bool hasPath = part.find('/') != std::string_view::npos;
            part = part.substr(0, part.find('/'));
            auto address = hostAndPort(withoutThird(part));
            // A path, an address of mail or of an image, a sentence: only a port makes an address of it.
            if (!address || ((hasLogin || hasPath) && address->port == 0))
                return;
            found.push_back(std::move(*address));
        }
        const bool areWords = parts > 1 && std::any_of(found.begin(), found.end(), [](const NamedAddress& each) {
            return each.port == 0 && each.host.find('.') == std::string::npos && each.host.find('-') == std::string::npos;
        });
        if (areWords && m_value.find(' ') != std::string_view::npos)
            return;
        for (NamedAddress& each : found)
            add({}, std::move(each));
    }

    std::string_view m_value;
    bool m_hasUrl = false;
    std::vector<NamedAddress> m_found;
};
}

std::vector<NamedAddress> addressesIn(std::string_view value) { return AddressReader(value).read(); }

std::string addressesAsText(const std::vector<NamedAddress>& addresses)
{
    std::string text;
    for (const NamedAddress& each : addresses) {
        if (!text.empty())
            text += ',';
        if (!each.scheme.empty())
            text += each.scheme + "://";
        text += each.host.find(':') != std::string::npos ? "[" + each.host + "]" : each.host;
        if (each.port != 0)
            text += ":" + std::to_string(each.port);
    }
    return text;
}

}
