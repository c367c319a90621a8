#include "core/diagnosis/advice/parts.h"

#include "core/base/text.h"
#include "core/discovery/appruntime.h"
#include "core/discovery/appsettings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

namespace hopscope::diagnosis {

namespace {
constexpr int mostConnections = 100'000;

std::optional<int> countFrom(std::string_view text)
{
    int value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool isCount = read.ec == std::errc() && read.ptr == text.data() + text.size() && value > 0 && value <= mostConnections;
    return isCount ? std::optional(value) : std::nullopt;
}

/// How many connections a database takes, and where that stands.
struct Allowance {
    int limit = 0;
    int reserved = 0; ///< for its own administrators
    std::string place;
};

/// Its own files, in the order in which it reads them: the last one counts. Only where there is just one such server on the
/// host, since a file does not say whose it is.
std::optional<Allowance> allowanceOf(const AdviceContext& context, const model::Node& database)
{
    const bool isPostgres = database.software == "postgresql";
    if (!database.host || !database.container.empty() || (!isPostgres && database.software != "mariadb" && database.software != "mysql"))
        return std::nullopt;
    const auto host = context.facts.hosts.find(*database.host);
    if (host == context.facts.hosts.end())
        return std::nullopt;
    const auto twins = std::count_if(context.topology.nodes.begin(), context.topology.nodes.end(), [&](const model::Node& other) {
        return other.host == database.host && other.software == database.software;
    });
    if (twins != 1)
        return std::nullopt;
    std::optional<Allowance> found;
    for (const model::Setting& setting : host->second.settings) {
        const bool isPostgresFile = setting.file.find("/postgresql") != std::string::npos;
        const bool isMyFile = setting.file.find("/my.cnf") != std::string::npos || setting.file.ends_with(".cnf");
        const auto limit = setting.key == "max_connections" && (isPostgres ? isPostgresFile : isMyFile) ? countFrom(setting.value) : std::nullopt;
        if (limit)
            found = Allowance { *limit, isPostgres ? 3 : 0, setting.file };
    }
    return found;
}

/// Connections that are open to it now, by its own host's table.
int openConnections(const AdviceContext& context, const model::Node& database)
{
    const std::size_t colon = database.address.rfind(':');
    const auto port = colon == std::string::npos ? std::nullopt : countFrom(std::string_view(database.address).substr(colon + 1));
    if (!port)
        return 0;
    const auto& connections = context.facts.hosts.at(*database.host).connections;
    return int(std::count_if(connections.begin(), connections.end(),
        [&](const model::Connection& each) { return each.localPort == *port && each.state == "ESTAB" && each.container.empty(); }));
}

/// What an app may open at most, by settings that say so outright.
struct Demand {
    int processes = 0;
    int pool = 0;
    std::string setting; ///< "DB_POOL=20"
};

std::optional<Demand> demandOf(const AdviceContext& context, const model::Node& app)
{
    static constexpr std::array<std::string_view, 9> poolKeys { "pool", "pool_size", "pool-size", "db_pool", "db_pool_size",
        "database_pool_size", "maximum-pool-size", "maximumpoolsize", "connection_limit" };
    if (!app.host || app.pid == 0 || !context.facts.hosts.contains(*app.host))
        return std::nullopt;
    const discovery::HostIndex index(context.facts.hosts.at(*app.host));
    if (!index.process(app.pid))
        return std::nullopt;
    Demand demand;
    for (const model::Setting* setting : discovery::settingsOf(index, app, {})) {
        const std::string key = base::lowered(setting->key.substr(setting->key.rfind('.') + 1));
        const auto size = std::find(poolKeys.begin(), poolKeys.end(), key) != poolKeys.end() ? countFrom(setting->value) : std::nullopt;
        if (!size || demand.pool > 0)
            continue;
        demand.pool = *size;
        demand.setting = setting->key + "=" + setting->value;
    }
    if (demand.pool == 0)
        return std::nullopt;
    demand.processes = discovery::appRuntime(index, app).workers.value_or(1);
    return demand;
}

std::string limitWords(const Allowance& allowance)
{
    return std::to_string(allowance.limit) + " (max_connections in " + allowance.place + ")";
}

/// Pools that together may want more than the database gives: it works until the first busy hour.
void poolsLargerThanDatabase(const AdviceContext& context, const model::Node& database, const Allowance& allowance)
{
    int wanted = 0;
    std::string words;
    std::vector<base::NodeId> counted;
    for (const model::Hop& hop : context.topology.hops) {
        const model::Node* app = hop.to == database.id ? context.topology.node(hop.from) : nullptr;
        if (!app || std::find(counted.begin(), counted.end(), app->id) != counted.end())
            continue;
        counted.push_back(app->id);
        const auto demand = demandOf(context, *app);
        if (!demand)
            continue;
        wanted = std::min(mostConnections, wanted + std::min(mostConnections, demand->processes) * demand->pool);
        words += (words.empty() ? "" : ", ") + app->label + " up to " + std::to_string(demand->processes) + " x " + std::to_string(demand->pool)
            + " (" + demand->setting + ")";
    }
    if (wanted <= allowance.limit - allowance.reserved)
        return;
    const model::HostFacts& host = context.facts.hosts.at(*database.host);
    context.add("pools-larger-than-database", model::Severity::Warning, database.id.value(),
        database.label + " takes at most " + limitWords(allowance) + " connections, and its callers' pools may want "
            + std::to_string(wanted) + ": " + words + ". Under load some of them are refused.",
        { changeOf(&host, "Make the pools smaller, put a pooler (PgBouncer, ProxySQL) between, or allow more", {},
            "Pools and workers multiplied stay below the database's limit") });
}

void nearlyUsedUp(const AdviceContext& context, const model::Node& database, const Allowance& allowance)
{
    const int open = openConnections(context, database);
    if (open * 10 < (allowance.limit - allowance.reserved) * 9)
        return;
    const model::HostFacts& host = context.facts.hosts.at(*database.host);
    const bool isPostgres = database.software == "postgresql";
    context.add("database-connections-nearly-used-up", model::Severity::Warning, database.id.value(),
        database.label + " has " + std::to_string(open) + " connections open of " + limitWords(allowance) + ".",
        { lookAt(&host, "See who holds them",
            { isPostgres ? "sudo -u postgres psql -c 'select usename, client_addr, state, count(*) from pg_stat_activity group by 1, 2, 3 order by 4 desc'"
                         : "sudo mysql -e 'show processlist'" }) });
}
}

void adviseOnDatabases(const AdviceContext& context)
{
    for (const model::Node& node : context.topology.nodes) {
        if (node.kind != model::NodeKind::Database)
            continue;
        if (const auto allowance = allowanceOf(context, node)) {
            poolsLargerThanDatabase(context, node, *allowance);
            nearlyUsedUp(context, node, *allowance);
        }
    }
}

}
