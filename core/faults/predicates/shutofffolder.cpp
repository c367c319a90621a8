#include "core/faults/predicates/shutofffolder.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/sandbox.h"

namespace hopscope::faults {

namespace {
/// The mount that a path is on, as the host sees it.
const model::FileSystem* mountOf(const model::HostFacts& host, std::string_view path)
{
    const model::FileSystem* best = nullptr;
    for (const model::FileSystem& each : host.fileSystems) {
        const bool isAbove = each.mountPoint == "/" || path == each.mountPoint || path.starts_with(each.mountPoint + "/");
        if (isAbove && (!best || each.mountPoint.size() > best->mountPoint.size()))
            best = &each;
    }
    return best;
}
}

Assessment shutOffFolder(const HopView& view)
{
    Assessment found("app-misconfigured");
    if (!view.unit || !view.calleeHost || !view.isSymptom({ "error-response", "reset-before-headers", "connection-refused" }))
        return found;
    const auto& logs = view.calleeHost->logs;
    for (auto line = logs.rbegin(); line != logs.rend(); ++line) {
        const std::size_t at = line->text.find("Read-only file system");
        const bool isFresh = line->at && view.nowOn(view.calleeHost) - *line->at <= fresh;
        if (line->place != view.unit->name || at == std::string::npos || !isFresh)
            continue;
        const std::size_t start = line->text.find('/', at);
        std::string path = start == std::string::npos ? std::string() : line->text.substr(start);
        path = path.substr(0, path.find_first_of("'\" ,)"));
        const model::FileSystem* mount = mountOf(*view.calleeHost, path.empty() ? "/" : path);
        if (!mount || mount->isReadOnly)
            return found; // the disk itself is: that is its own story
        model::Evidence item = evidenceFrom(*view.capture, view.calleeHost->host, "journal", line->source,
            base::toIso8601(*line->at) + " " + line->text);
        item.rulesOut = { "app-error", "disk-full" };
        found.supports(0.8, std::move(item));
        fillUnit(found, view);
        found.because = view.unit->name + " may not write" + (path.empty() ? std::string() : " " + path)
            + ": its unit makes the folder read-only for it (ProtectSystem= or the like), the disk is not";
        found.firstPlace = "systemctl show " + view.unit->name + " -p ProtectSystem,ProtectHome,ReadWritePaths on " + view.calleeHost->host.value();
        addForbidden(found, view);
        return found;
    }
    return found;
}

}
