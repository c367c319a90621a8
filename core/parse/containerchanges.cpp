#include "core/parse/containerchanges.h"

#include "core/base/quote.h"

namespace hopscope::parse {

std::vector<model::Change> changesOf(const std::vector<model::Container>& containers)
{
    std::vector<model::Change> changes;
    for (const model::Container& container : containers) {
        const std::string engine = container.engine.empty() ? "docker" : container.engine;
        const std::string inspect = engine + " inspect " + base::shellQuoted(container.name);
        if (container.createdAt) {
            std::string what = "container " + container.name + " created from image " + container.image;
            if (container.imageCreatedAt)
                what += " (built " + base::toIso8601(*container.imageCreatedAt) + ")";
            changes.push_back({ *container.createdAt, {}, std::move(what), inspect, container.source });
        }
        // 0 and 143 (SIGTERM) are an ordered stop; 137 may be one that took too long, but is an OOM kill as well.
        const bool isOrdered = container.state == "exited" && !container.isOomKilled && container.exitCode
            && (*container.exitCode == 0 || *container.exitCode == 143);
        if (isOrdered && container.finishedAt)
            changes.push_back({ *container.finishedAt, {}, "container " + container.name + " stopped", inspect,
                container.source });
    }
    return changes;
}

}
