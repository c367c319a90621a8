#include "tests/support/scenario/fakecatalogue.h"

namespace hopscope::test {

namespace {
std::string wordAfter(std::string_view line, std::string_view marker)
{
    const auto at = line.find(marker);
    if (at == std::string_view::npos)
        return {};
    const auto start = at + marker.size();
    return std::string(line.substr(start, line.find_first_of(" /\")\n", start) - start));
}
}

FakeCatalogue::FakeCatalogue()
    : m_known {
        { "(111: Connection refused)", "connection-refused", "" },
        { "upstream timed out (110: Connection timed out) while connecting", "connection-timed-out", "" },
        { "upstream timed out (110: Connection timed out) while reading response header",
            "response-timed-out", "" },
        { "(113: No route to host)", "host-unreachable", "" },
        { "(2: No such file or directory) while connecting", "socket-missing", "" },
        { "(13: Permission denied) while connecting", "permission-denied", "" },
        { "upstream prematurely closed connection", "reset-before-headers", "" },
        { "could not be resolved (3: Host not found)", "dns-resolution-failed", "dns-nxdomain" },
        { "host not found in upstream", "dns-resolution-failed", "dns-nxdomain" },
        { "Primary script unknown", "error-response", "script-not-found" },
        { "no live upstreams", "no-healthy-upstream", "" },
        { " PH-- ", "invalid-response", "" },
        { "No space left on device", "", "disk-full" },
        { "manifest unknown", "", "image-pull-failed" },
        { "Out of memory: Killed process", "", "oom-killed" },
        { "invoked oom-killer", "", "oom-killed" },
        { "server reached pm.max_children", "overloaded", "worker-pool-exhausted" },
        { "code=dumped, status=11/SEGV", "reset-before-headers", "process-crashed" },
        { "Main process exited, code=exited", "", "process-crashed" },
        { "Address already in use", "", "port-conflict" },
        { "Connection to database refused", "", "dependency-down" },
        { "password authentication failed", "", "dependency-auth-failed" },
        { "does not exist", "", "dependency-auth-failed" },
        { "connection already closed", "reset-before-headers", "dependency-down" },
        { "certificate verify failed", "certificate-invalid", "" },
        { "alert certificate expired", "certificate-invalid", "certificate-expired" },
        { "KeyError: '", "", "app-misconfigured" },
        { "Invalid HTTP_HOST header", "", "app-misconfigured" },
        { "Traceback (most recent call last)", "error-response", "app-error" },
    }
{
}

faults::LineReading FakeCatalogue::read(std::string_view line, std::string_view) const
{
    faults::LineReading reading;
    reading.variant = "none";
    for (const Known& known : m_known) {
        if (line.find(known.text) == std::string_view::npos)
            continue;
        reading.variant = known.variant.empty() ? std::nullopt : std::optional(known.variant);
        reading.cause = known.cause.empty() ? std::nullopt : std::optional(known.cause);
        if (const std::string address = wordAfter(line, "upstream: \"http://"); !address.empty())
            reading.captures["address"] = address.substr(0, address.rfind(':'));
        if (const std::string pid = wordAfter(line, "Killed process "); !pid.empty())
            reading.captures["pid"] = pid;
        if (const auto open = line.find('('); open != std::string_view::npos && known.cause == "oom-killed")
            reading.captures["process"] = std::string(line.substr(open + 1, line.find(')', open) - open - 1));
        return reading;
    }
    return reading;
}

const faults::FaultText* FakeCatalogue::byEntry(std::string_view) const { return nullptr; }
const faults::FaultText* FakeCatalogue::byCause(std::string_view) const { return nullptr; }
const faults::FaultText* FakeCatalogue::byVariant(std::string_view) const { return nullptr; }

std::vector<model::Remediation> FakeCatalogue::remedies(
    std::string_view variant, std::string_view cause, const faults::RemedyContext& context) const
{
    model::Remediation change;
    change.title = "cure " + std::string(cause.empty() ? variant : cause);
    change.risk = model::Risk::Restart;
    model::Remediation look;
    look.title = "look at " + std::string(cause.empty() ? variant : cause);
    for (model::Remediation* each : { &change, &look }) {
        each->host = context.host;
        for (const auto& [name, value] : context.values)
            each->commands.push_back(name + "=" + value);
    }
    return { change, look };
}

std::vector<model::Remediation> FakeCatalogue::prevention(
    std::string_view, const faults::RemedyContext&) const
{
    return {};
}

}
