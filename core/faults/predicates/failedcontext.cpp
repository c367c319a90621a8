#include "core/faults/predicates/failedcontext.h"

#include "core/faults/predicates/accesslog.h"

namespace hopscope::faults {

namespace {
/// "/pos" of "Context [/pos] startup failed due to previous errors"; the root's is empty.
std::optional<std::string> contextIn(std::string_view line)
{
    constexpr std::string_view before = "Context [";
    const std::size_t at = line.find(before);
    const std::size_t end = at == std::string_view::npos ? at : line.find(']', at);
    if (end == std::string_view::npos || !line.substr(end).starts_with("] startup failed"))
        return std::nullopt;
    return std::string(line.substr(at + before.size(), end - at - before.size()));
}

bool isIn(std::string_view path, const std::string& context)
{
    return path.starts_with(context) && (path.size() == context.size() || context.empty() || path[context.size()] == '/');
}

/// "Deploying web application directory [/var/lib/tomcat10/webapps/pos]": it is tried once more.
bool isNewAttempt(std::string_view line, const std::string& context)
{
    const std::string name = context.empty() ? std::string("/ROOT") : context;
    return line.find("Deploying ") != std::string_view::npos
        && (line.find(name + "]") != std::string_view::npos || line.find(name + ".war]") != std::string_view::npos
            || line.find(name + ".xml]") != std::string_view::npos);
}
}

std::optional<model::Evidence> failedContext(const HopView& view)
{
    const model::HopProbe* probe = view.callerProbe();
    const int status = view.capture->outside.http.status.value_or(0);
    if (status != 404 || !view.hop->isOnPath || !view.calleeHost || !view.callee || view.callee->kind != model::NodeKind::App || !probe
        || (probe->status && probe->status != status)) // AJP has no page that we could ask for
        return std::nullopt;
    const std::string_view path = pathOfUrl(view.capture->profile.url);
    std::string context;
    const model::LogLine* failed = nullptr;
    for (const model::LogLine& line : view.calleeHost->logs) {
        if (!isOfCallee(view, ReadLine { view.calleeHost->host, &line, {} }))
            continue;
        if (auto named = contextIn(line.text); named && isIn(path, *named)) {
            failed = &line;
            context = std::move(*named);
        } else if (failed && line.at && failed->at && *line.at > *failed->at && isNewAttempt(line.text, context)) {
            failed = nullptr;
        }
    }
    return failed ? std::optional(view.evidence(ReadLine { view.calleeHost->host, failed, {} })) : std::nullopt;
}

}
