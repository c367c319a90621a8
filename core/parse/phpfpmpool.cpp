#include "core/parse/phpfpmpool.h"

#include "core/base/text.h"

#include <algorithm>
#include <charconv>

namespace hopscope::parse {

namespace {
std::string_view trimmed(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\v\f";
    const std::size_t first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

std::optional<long> number(std::string_view text)
{
    long value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end == text.data())
        return {};
    return value;
}

/// "30", "30s", "5m", "1h", "1d"
std::optional<base::Milliseconds> duration(std::string_view text)
{
    constexpr long maximumSeconds = 10L * 365 * 86400;
    const std::optional<long> value = number(text);
    if (!value || *value < 0 || *value > maximumSeconds)
        return {};
    long factor = 1;
    switch (text.back()) {
    case 'm': factor = 60; break;
    case 'h': factor = 3600; break;
    case 'd': factor = 86400; break;
    default: break;
    }
    return std::chrono::seconds(*value * factor);
}

/// The value of `key = value`: quotes off, a comment after it off.
std::string settingValue(std::string_view text)
{
    text = trimmed(text);
    if (text.size() >= 2 && (text.front() == '"' || text.front() == '\'')) {
        const std::size_t close = text.find(text.front(), 1);
        return std::string(text.substr(1, close == std::string_view::npos ? close : close - 1));
    }
    return std::string(trimmed(text.substr(0, text.find(';'))));
}

void replaceAll(std::string& text, std::string_view what, const std::string& with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

model::Endpoint endpointOf(const std::string& listen)
{
    model::Endpoint endpoint;
    if (listen.starts_with('/')) {
        endpoint.path = listen;
        return endpoint;
    }
    const std::size_t colon = listen.rfind(':');
    std::string_view port = listen;
    if (colon != std::string::npos) {
        endpoint.host = listen.substr(0, colon);
        if (endpoint.host.starts_with('[') && endpoint.host.ends_with(']'))
            endpoint.host = endpoint.host.substr(1, endpoint.host.size() - 2);
        port.remove_prefix(colon + 1);
    }
    const std::optional<long> value = number(port);
    endpoint.port = value && *value > 0 && *value <= 65535 ? static_cast<base::Port>(*value) : base::Port(0);
    return endpoint;
}

class PoolReader {
public:
    void read(const model::ConfigFile& file)
    {
        m_file = &file;
        m_pool = nullptr;
        std::string_view rest = base::withoutByteOrderMark(file.text);
        for (int line = 1; !rest.empty(); ++line) {
            const std::size_t end = rest.find('\n');
            readLine(trimmed(rest.substr(0, end)), line);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }

    PhpFpmPools take()
    {
        for (PhpFpmPool& pool : m_result.pools) {
            replaceAll(pool.listen, "$pool", pool.name);
            replaceAll(pool.user, "$pool", pool.name);
            replaceAll(pool.group, "$pool", pool.name);
            replaceAll(pool.slowLog, "$pool", pool.name);
            replaceAll(pool.errorLog, "$pool", pool.name);
            replaceAll(pool.statusPath, "$pool", pool.name);
            pool.endpoint = endpointOf(pool.listen);
        }
        std::erase_if(m_result.pools, [&](const PhpFpmPool& pool) {
            if (pool.listen.empty() && !pool.lines.empty())
                m_result.warnings.push_back({ pool.place, "the pool \"" + pool.name + "\" has no listen address" });
            return pool.listen.empty();
        });
        return std::move(m_result);
    }

private:
    void warn(int line, std::string message)
    {
        constexpr std::size_t maximumWarnings = 200;
        if (m_result.warnings.size() < maximumWarnings)
            m_result.warnings.push_back({ { m_file->path, line }, std::move(message) });
    }

    void readLine(std::string_view line, int number)
    {
        if (line.empty() || line.front() == ';' || line.front() == '#')
            return;
        if (line.front() == '[') {
            const std::size_t close = line.find(']');
            if (close == std::string_view::npos)
                warn(number, "the section's name has no \"]\"");
            open(std::string(trimmed(line.substr(1, close == std::string_view::npos ? close : close - 1))), number);
            return;
        }
        const std::size_t equals = line.find('=');
        if (equals == std::string_view::npos) {
            warn(number, "neither a section nor \"name = value\"");
            return;
        }
        if (m_pool)
            set(std::string(trimmed(line.substr(0, equals))), settingValue(line.substr(equals + 1)), number);
    }

    void open(const std::string& name, int line)
    {
        m_pool = nullptr;
        if (name == "global")
            return;
        std::vector<PhpFpmPool>& pools = m_result.pools;
        const auto known = m_index.find(name);
        if (known == m_index.end()) {
            m_index.emplace(name, pools.size());
            PhpFpmPool pool;
            pool.name = name;
            pool.place = { m_file->path, line };
            pools.push_back(std::move(pool));
            m_pool = &pools.back();
        } else {
            m_pool = &pools[known->second];
        }
    }

    void set(const std::string& key, std::string value, int line)
    {
        if (m_file->path == m_pool->place.file)
            m_pool->lines[key] = line;
        if (key == "listen") {
            m_pool->listen = std::move(value);
            m_pool->listenPlace = { m_file->path, line };
        } else if (key == "listen.owner") {
            m_pool->listenOwner = std::move(value);
        } else if (key == "listen.group") {
            m_pool->listenGroup = std::move(value);
        } else if (key == "listen.allowed_clients") {
            m_pool->allowedClients = std::move(value);
        } else if (key == "listen.mode") {
            m_pool->listenMode = std::move(value);
        } else if (key == "user") {
            m_pool->user = std::move(value);
        } else if (key == "group") {
            m_pool->group = std::move(value);
        } else if (key == "pm") {
            m_pool->processManager = std::move(value);
        } else if (key == "pm.max_children") {
            if (const auto count = number(value); count && *count >= 0 && *count < 1'000'000)
                m_pool->maxChildren = static_cast<int>(*count);
            else
                warn(line, "pm.max_children is no number: \"" + value + "\"");
        } else if (key == "pm.status_path") {
            m_pool->statusPath = std::move(value);
        } else if (key == "ping.path") {
            m_pool->pingPath = std::move(value);
        } else if (key == "slowlog") {
            m_pool->slowLog = std::move(value);
        } else if (key == "php_admin_value[error_log]") {
            m_pool->errorLog = std::move(value);
        } else if (key == "request_terminate_timeout") {
            m_pool->terminateTimeout = duration(value);
        } else if (key == "request_slowlog_timeout") {
            m_pool->slowLogTimeout = duration(value);
        }
    }

    const model::ConfigFile* m_file = nullptr;
    PhpFpmPool* m_pool = nullptr;
    std::map<std::string, std::size_t> m_index;
    PhpFpmPools m_result;
};
}

PhpFpmPools parsePhpFpmPools(const std::vector<model::ConfigFile>& files)
{
    PoolReader reader;
    for (const model::ConfigFile& file : files)
        reader.read(file);
    return reader.take();
}

}
