#include "core/diagnosis/inventory.h"

#include <algorithm>

namespace hopscope::diagnosis {

std::vector<model::HostReport> hostReports(const model::Capture& capture, const model::Facts& facts)
{
    std::vector<model::HostReport> reports;
    for (const model::ProfileHost& host : capture.profile.hosts) {
        model::HostReport report;
        report.name = host.name;
        for (const model::HostSession& session : capture.sessions)
            if (session.host == host.name) {
                report.isReachable = session.isReachable();
                report.error = session.error;
            }
        const auto found = facts.hosts.find(host.name);
        if (found != facts.hosts.end()) {
            report.os = found->second.osName;
            report.resources = found->second.resources;
        }
        reports.push_back(std::move(report));
    }
    return reports;
}

std::vector<model::Gap> incompleteParts(const model::Capture& capture, const model::Facts& facts)
{
    std::vector<model::Gap> gaps;
    for (const model::HostSession& session : capture.sessions)
        if (session.error) {
            std::string reason = session.error->text();
            if (!session.error->advice.empty())
                reason += ". " + session.error->advice;
            gaps.push_back({ session.host, "ssh-login", std::move(reason) });
        }
    for (const model::Gap& gap : facts.gaps)
        if (std::find(gaps.begin(), gaps.end(), gap) == gaps.end())
            gaps.push_back(gap);
    return gaps;
}

model::RequestResult requestResult(const model::OutsideView& outside)
{
    model::RequestResult result;
    result.status = outside.http.status;
    result.totalMs = outside.http.totalMs;
    result.dnsMs = outside.http.dnsMs;
    result.connectMs = outside.http.connectMs;
    result.tlsMs = outside.http.tlsMs;
    result.firstByteMs = outside.http.firstByteMs;
    if (!outside.http.errorText.empty())
        result.error = outside.http.errorText;
    else if (!outside.tls.problems.empty() && outside.tls.result != model::AttemptResult::Succeeded)
        result.error = outside.tls.problems.front();
    else if (!outside.dns.errorText.empty() && outside.dns.ipv4Addresses.empty()
        && outside.dns.ipv6Addresses.empty())
        result.error = outside.dns.errorText;
    else if (!outside.http.status)
        for (const model::TcpAttempt& attempt : outside.tcp)
            if (attempt.result != model::AttemptResult::Succeeded && !attempt.errorText.empty())
                result.error = attempt.errorText;
    return result;
}

}
