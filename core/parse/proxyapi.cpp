#include "core/parse/proxyapi.h"

#include "core/parse/configtree.h"
#include "core/parse/lines.h"

namespace hopscope::parse {

namespace {
using model::ServerReport;
using Health = ServerReport::Health;

constexpr std::size_t maximumReports = 5'000;

ConfigTree answerOf(const model::ConfigFile& file)
{
    ConfigDocuments read = parseJson(file.path, file.text);
    return read.documents.empty() ? ConfigTree() : std::move(read.documents.front());
}

/// "unix//run/x.sock" and "127.0.0.1:3000" as endpoints are written.
std::string caddyAddress(std::string_view dial)
{
    for (const std::string_view start : { "unix+h2c/", "unix/", "tcp/" })
        if (dial.starts_with(start)) {
            dial.remove_prefix(start.size());
            while (dial.starts_with("//"))
                dial.remove_prefix(1);
            return start == "tcp/" ? std::string(dial) : "unix:" + std::string(dial);
        }
    return std::string(dial);
}

void addCaddy(const model::ConfigFile& file, std::vector<ServerReport>& reports)
{
    for (const ConfigTree& upstream : answerOf(file).items) {
        ServerReport report;
        report.software = "caddy";
        report.server = upstream.text("address");
        report.address = caddyAddress(report.server);
        if (upstream.has("healthy"))
            report.health = upstream.flag("healthy", true) ? Health::Up : Health::Down;
        report.sessions = numberOf<std::uint64_t>(upstream.text("num_requests"));
        report.connectErrors = numberOf<std::uint64_t>(upstream.text("fails"));
        report.state = upstream.text("fails") + " fails";
        report.source = file.source;
        reports.push_back(std::move(report));
    }
}

/// "http://172.18.0.3:8000" without scheme, with a port.
std::string addressOfUrl(std::string_view url)
{
    const std::size_t scheme = url.find("://");
    const bool isTls = url.starts_with("https://");
    if (scheme != std::string_view::npos)
        url.remove_prefix(scheme + 3);
    std::string address(url.substr(0, url.find_first_of("/?")));
    const std::size_t colon = address.rfind(':');
    const bool hasPort = colon != std::string::npos && address.find(']', colon) == std::string::npos;
    if (!hasPort && scheme != std::string_view::npos)
        address += isTls ? ":443" : ":80";
    return address;
}

void addTraefik(const model::ConfigFile& file, std::vector<ServerReport>& reports)
{
    const ConfigTree raw = answerOf(file);
    for (const char* kind : { "services", "tcpServices" })
        for (const auto& [name, service] : raw.at(kind).members)
            for (const auto& [url, status] : service.at("serverStatus").members) {
                ServerReport report;
                report.software = "traefik";
                report.group = name.substr(0, name.rfind('@'));
                report.server = url;
                report.address = addressOfUrl(url);
                report.state = status.scalar;
                // Without a health check of its own Traefik calls every server UP.
                const bool isChecked = !service.in({ "loadBalancer", "healthCheck" }).isNull();
                report.health = status.scalar == "DOWN" ? Health::Down : isChecked ? Health::Up : Health::Unchecked;
                report.source = file.source;
                reports.push_back(std::move(report));
            }
}

/// What /clusters says of one host's health, in Envoy's own words.
void readHealth(const ConfigTree& status, ServerReport& report)
{
    const auto add = [&](std::string_view word) { report.state += (report.state.empty() ? "" : ", ") + std::string(word); };
    report.health = Health::Up;
    for (const char* flag : { "failed_active_health_check", "failed_outlier_check", "failed_active_degraded_check", "pending_active_hc",
             "excluded_via_immediate_hc_fail", "active_hc_timeout" })
        if (status.flag(flag, false)) {
            add(flag);
            if (std::string_view(flag).starts_with("failed_active_health") || std::string_view(flag) == "failed_outlier_check"
                || std::string_view(flag) == "excluded_via_immediate_hc_fail")
                report.health = Health::Down;
        }
    const std::string discovered = status.text("eds_health_status");
    if (discovered == "DRAINING")
        report.health = Health::Draining;
    else if (discovered == "UNHEALTHY" || discovered == "TIMEOUT")
        report.health = Health::Down;
    add(discovered.empty() ? "HEALTHY" : discovered);
    if (report.state.find("failed_outlier_check") != std::string::npos) {
        report.check = "outlier detection";
        report.detail = "ejected after consecutive failures";
    } else if (report.state.find("failed_active_health_check") != std::string::npos) {
        report.check = "active health check";
    }
}

void addEnvoy(const model::ConfigFile& file, std::vector<ServerReport>& reports)
{
    const ConfigTree answer = answerOf(file);
    for (const ConfigTree& cluster : answer.at("cluster_statuses").items)
        for (const ConfigTree& host : cluster.at("host_statuses").items) {
            if (reports.size() >= maximumReports)
                return;
            const ConfigTree& socket = host.in({ "address", "socket_address" });
            const std::string pipe = host.in({ "address", "pipe" }).text("path");
            ServerReport report;
            report.software = "envoy";
            report.group = cluster.text("name");
            const model::Endpoint endpoint { socket.text("address"), numberOf<base::Port>(socket.text("port_value")).value_or(0), pipe };
            report.address = endpoint.text();
            // What the configuration calls it, where that is a name.
            const std::string name = host.text("hostname");
            report.server = name.empty() ? report.address : model::Endpoint { name, endpoint.port, {} }.text();
            readHealth(host.at("health_status"), report);
            for (const ConfigTree& counter : host.at("stats").items) {
                const auto value = numberOf<std::uint64_t>(counter.text("value"));
                if (counter.text("name") == "cx_connect_fail")
                    report.connectErrors = value.value_or(0);
                else if (counter.text("name") == "rq_active")
                    report.sessions = value.value_or(0);
            }
            report.source = file.source;
            reports.push_back(std::move(report));
        }
}
}

std::vector<ServerReport> serverReportsOf(const model::SoftwareConfig& config)
{
    std::vector<ServerReport> reports;
    for (const model::ConfigFile& file : config.files) {
        if (file.path == "admin /reverse_proxy/upstreams")
            addCaddy(file, reports);
        else if (file.path == "api /api/rawdata")
            addTraefik(file, reports);
        else if (file.path == "admin /clusters?format=json")
            addEnvoy(file, reports);
    }
    return reports;
}

}
