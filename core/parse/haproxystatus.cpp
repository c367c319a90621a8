#include "core/parse/haproxystatus.h"

#include "core/parse/lines.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <string>

namespace hopscope::parse {
namespace {

using model::ServerReport;
using Health = ServerReport::Health;

/// The fields of a line of comma-separated values; quotes as spreadsheets write them.
std::vector<std::string> fieldsOf(std::string_view line)
{
    std::vector<std::string> fields(1);
    bool isQuoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"' && isQuoted && i + 1 < line.size() && line[i + 1] == '"')
            fields.back() += line[++i];
        else if (line[i] == '"')
            isQuoted = !isQuoted;
        else if (line[i] == ',' && !isQuoted)
            fields.emplace_back();
        else
            fields.back() += line[i];
    }
    return fields;
}

/// A table whose header names its columns.
class Columns {
public:
    explicit Columns(const std::vector<std::string>& names)
    {
        for (std::size_t i = 0; i < names.size(); ++i)
            m_index.emplace(names[i], i);
    }

    std::string text(const std::vector<std::string>& row, const char* name) const
    {
        const auto found = m_index.find(name);
        return found == m_index.end() || found->second >= row.size() ? std::string() : textOf(row[found->second]);
    }

    std::optional<std::uint64_t> number(const std::vector<std::string>& row, const char* name) const
    {
        return numberOf<std::uint64_t>(text(row, name));
    }

private:
    std::map<std::string, std::size_t> m_index;
};

Health healthOf(const std::string& state)
{
    if (state.starts_with("UP") || state.starts_with("NOLB"))
        return Health::Up;
    if (state.starts_with("DOWN"))
        return Health::Down;
    if (state.starts_with("MAINT"))
        return Health::Maintenance;
    if (state.starts_with("DRAIN"))
        return Health::Draining;
    return Health::Unchecked;
}

/// "404 Not Found", "Connection refused"; what the check's own description says where there is no more.
std::string detailOf(const Columns& columns, const std::vector<std::string>& row)
{
    std::string code = columns.text(row, "check_code");
    if (code == "0") // the next check is under way
        code.clear();
    const std::string last = columns.text(row, "last_chk");
    if (code.empty() && last.empty())
        return columns.text(row, "check_desc");
    return code.empty() || last.empty() ? code + last : code + " " + last;
}

ServerReport reportOf(const Columns& columns, const std::vector<std::string>& row, std::optional<base::TimePoint> now)
{
    ServerReport report;
    report.software = "haproxy";
    report.group = columns.text(row, "pxname");
    report.server = columns.text(row, "svname");
    report.address = columns.text(row, "addr");
    report.state = columns.text(row, "status");
    report.health = healthOf(report.state);
    report.check = columns.text(row, "check_status");
    if (report.check.starts_with("* "))
        report.check.erase(0, 2); // a check is running
    report.detail = detailOf(columns, row);
    report.queued = columns.number(row, "qcur");
    report.sessions = columns.number(row, "scur");
    report.sessionLimit = columns.number(row, "slim");
    report.connectErrors = columns.number(row, "econ");
    constexpr std::uint64_t yearInSeconds = 366ULL * 86400;
    if (const auto ago = columns.number(row, "lastchg"); ago && now && *ago < 20 * yearInSeconds)
        report.since = *now - std::chrono::seconds(*ago);
    return report;
}

/// "Maxconn: 4000" of "show info".
std::optional<std::uint64_t> valueOfInfo(std::string_view line, std::string_view name)
{
    if (!line.starts_with(name) || line.substr(name.size(), 1) != ":")
        return std::nullopt;
    return numberOf<std::uint64_t>(trimmed(line.substr(name.size() + 1)));
}

/// "10.1.0.3" and "3000" as Endpoint::text() writes them.
std::string addressText(const std::string& host, const std::string& port)
{
    if (host.empty() || host == "-")
        return {};
    return host.starts_with('/') ? "unix:" + host : host.find(':') != std::string::npos ? "[" + host + "]:" + port : host + ":" + port;
}

}

std::vector<ServerReport> parseHaproxyStatus(std::string_view output, std::optional<base::TimePoint> now)
{
    std::vector<ServerReport> reports;
    std::map<std::pair<std::string, std::string>, std::string> addresses;
    std::optional<Columns> stat;
    std::optional<Columns> state;
    std::vector<ServerReport> entrances;
    ServerReport whole; // the process, by "show info"
    whole.software = "haproxy";
    whole.isEntrance = true;
    for (const Line& line : linesOf(output)) {
        if (line.text.starts_with("# pxname,")) {
            stat.emplace(fieldsOf(line.text.substr(2)));
            state.reset();
        } else if (line.text.starts_with("# be_id ")) {
            std::vector<std::string> names;
            for (const std::string_view word : wordsOf(line.text.substr(2)))
                names.emplace_back(word);
            state.emplace(names);
            stat.reset();
        } else if (line.text.empty() || line.text.starts_with("@@")) {
            stat.reset();
            state.reset();
        } else if (stat) {
            const std::vector<std::string> row = fieldsOf(line.text);
            const std::string type = stat->text(row, "type");
            if (type != "2" && type != "0")
                continue; // backends and sockets
            std::vector<ServerReport>& list = type == "0" ? entrances : reports;
            list.push_back(reportOf(*stat, row, now));
            list.back().isEntrance = type == "0";
            list.back().source.line = line.number;
        } else if (const auto most = valueOfInfo(line.text, "Maxconn")) {
            whole.sessionLimit = most;
            whole.source.line = line.number;
        } else if (const auto current = valueOfInfo(line.text, "CurrConns")) {
            whole.sessions = current;
        } else if (state) {
            std::vector<std::string> row;
            for (const std::string_view word : wordsOf(line.text))
                row.emplace_back(word);
            addresses[{ state->text(row, "be_name"), state->text(row, "srv_name") }]
                = addressText(state->text(row, "srv_addr"), state->text(row, "srv_port"));
        }
    }
    if (whole.sessionLimit && whole.sessions)
        entrances.push_back(std::move(whole));
    for (ServerReport& report : reports)
        if (const auto found = addresses.find({ report.group, report.server }); found != addresses.end() && !found->second.empty())
            report.address = found->second;
    std::move(entrances.begin(), entrances.end(), std::back_inserter(reports));
    return reports;
}

}
