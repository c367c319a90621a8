#include "core/discovery/proxyload.h"

#include "core/parse/lines.h"

namespace hopscope::discovery {

std::optional<NginxStatus> nginxStatusOf(const model::SoftwareConfig& config)
{
    constexpr std::string_view mark = "stub-status ";
    for (const std::string& each : config.runtime) {
        if (!each.starts_with(mark))
            continue;
        NginxStatus status;
        int found = 0;
        for (const std::string_view word : parse::wordsOf(std::string_view(each).substr(mark.size())))
            for (const auto& [key, value] : { std::pair<std::string_view, std::uint64_t*> { "active", &status.active },
                     { "accepts", &status.accepted }, { "handled", &status.handled }, { "writing", &status.writing }, { "waiting", &status.waiting } })
                if (const auto text = parse::valueOf(word, key))
                    if (const auto number = parse::numberOf<std::uint64_t>(*text)) {
                        *value = *number;
                        ++found;
                    }
        if (found == 5)
            return status;
    }
    return std::nullopt;
}

std::string loadTextOf(const model::SoftwareConfig& config)
{
    const auto status = nginxStatusOf(config);
    if (!status)
        return {};
    // The request that asked is not a visitor's.
    const std::uint64_t active = status->active - (status->active > 0 ? 1 : 0);
    const std::uint64_t busy = status->writing - (status->writing > 0 ? 1 : 0);
    std::string text = std::to_string(active) + (active == 1 ? " client connection, " : " client connections, ") + std::to_string(busy)
        + " with a request in work";
    if (status->handled < status->accepted)
        text += "; " + std::to_string(status->accepted - status->handled) + " of " + std::to_string(status->accepted)
            + " connections dropped since it started: worker_connections or descriptors ran out";
    return text;
}

}
