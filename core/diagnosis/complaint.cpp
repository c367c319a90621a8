#include "core/diagnosis/complaint.h"

#include "core/faults/predicates/awaited.h"
#include "core/faults/predicates/dependency.h"

#include <algorithm>
#include <array>

namespace hopscope::diagnosis {

namespace {
/// An app tells of each failed request; the database may speak of anybody, so only what befell our own request counts.
constexpr base::Milliseconds ofTheApp = std::chrono::minutes(2);
constexpr base::Milliseconds ofThisRun = std::chrono::seconds(20);

bool isCause(const faults::ReadLine& line, std::initializer_list<const char*> causes)
{
    const std::string cause = line.reading.cause.value_or("");
    return std::any_of(causes.begin(), causes.end(), [&](const char* each) { return cause == each; });
}

/// A monitor's `pg_isready` and the like, as root on the database's own host: no app of ours.
bool isOfAMonitor(const faults::ReadLine& line)
{
    return line.line->text.find("role \"root\" does not exist") != std::string::npos;
}

const faults::ReadLine* newest(const faults::HopView& view, const std::vector<const faults::ReadLine*>& lines,
    base::Milliseconds age, std::initializer_list<const char*> causes)
{
    for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
        // An app's own disk may be full as well: only what names the database is the database's.
        const bool isOfAnyDisk = isCause(**line, { "disk-full" }) && &lines == &view.callerLines && !faults::namesItsKind(view, **line);
        if (isCause(**line, causes) && view.isFresh(**line, age) && !isOfAMonitor(**line) && !isOfAnyDisk)
            return *line;
    }
    return nullptr;
}
}

const faults::ReadLine* dependencyComplaint(const faults::HopView& view)
{
    if (!faults::isDependencyHop(view))
        return nullptr;
    if (const faults::ReadLine* line = newest(
            view, view.callerLines, ofTheApp, { "dependency-auth-failed", "dependency-limit-reached", "disk-full", "slow-dependency" }))
        return line;
    // "database does not exist": the app's setting names what the database does not have.
    if (const faults::ReadLine* line = newest(view, view.callerLines, ofTheApp, { "app-misconfigured" });
        line && line->reading.role == faults::Role::Dependency)
        return line;
    if (const faults::ReadLine* line = newest(view, view.callerLines, ofThisRun, { "dependency-down", "deployment-in-progress" }))
        return line;
    // Whoever is turned away hears so at once: a request that fails by waiting met something else.
    if (faults::failedByWaiting(view.capture->outside))
        return nullptr;
    return newest(view, view.calleeLines, ofThisRun, { "dependency-auth-failed", "dependency-limit-reached", "disk-full" });
}

std::string complainedVariant(const faults::ReadLine& complaint)
{
    if (complaint.reading.variant && *complaint.reading.variant != "none")
        return *complaint.reading.variant;
    if (isCause(complaint, { "dependency-auth-failed", "app-misconfigured" }))
        return "request-rejected";
    if (isCause(complaint, { "dependency-limit-reached" }))
        return "overloaded";
    if (isCause(complaint, { "slow-dependency" }))
        return "response-timed-out";
    return "error-response";
}

}
