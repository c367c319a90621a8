// The image of the new release never arrived, so there is no container that could answer.
#include "core/faults/predicates/container.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/containerwords.h"
#include "core/faults/predicates/served.h"
#include "core/parse/containerlinks.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {

namespace {
bool isOfEngine(const model::LogLine& line)
{
    constexpr auto engines = std::to_array<std::string_view>({ "dockerd", "docker", "podman", "docker.service", "containerd" });
    return line.origin == model::LogOrigin::Journal && std::find(engines.begin(), engines.end(), line.place) != engines.end();
}

bool isPullError(std::string_view words)
{
    constexpr auto known = std::to_array<std::string_view>({ "No such image", "pull access denied", "manifest unknown",
        "manifest for ", "toomanyrequests", "no matching manifest", "image not known" });
    return std::any_of(known.begin(), known.end(), [&](std::string_view each) { return words.find(each) != std::string_view::npos; });
}

/// What the registry or the way to it answered, without the engine's own wrapping.
std::string reasonIn(const std::string& text)
{
    std::size_t from = 0;
    for (const std::string_view wrapping : { "returned error: ", "after error: ", "from daemon: ", "Error: " })
        if (const std::size_t at = text.find(wrapping); at != std::string::npos && from == 0)
            from = at + wrapping.size();
    std::string reason = text.substr(from);
    std::erase(reason, '\\');
    while (!reason.empty() && (reason.back() == '"' || reason.back() == ' '))
        reason.pop_back();
    std::replace(reason.begin(), reason.end(), '"', '\'');
    return reason.substr(0, 160);
}

void describeImage(Assessment& found, const HopView& view, const ReadLine* line, const std::string& words)
{
    std::string image;
    if (line)
        if (const auto name = line->reading.captures.find("name"); name != line->reading.captures.end())
            image = name->second;
    if (view.container && image.empty())
        image = view.container->image;
    // An empty one says that there is none: the hop's own would be another thing's.
    found.values["container"] = view.container ? view.container->name : std::string();
    found.values["name"] = image;
    found.host = view.calleeHost->host;
    found.responsible = "app";
    found.firstPlace = "docker images and the image's name in the compose file or unit, on " + view.calleeHost->host.value();
    found.because = (image.empty() ? std::string("an image") : "the image " + image) + " can't be fetched (\"" + words + "\")";
    if (line)
        found.onset = line->line->at;
}

/// The newest failure that the engine itself noted. An image that failed while the old container still served is no
/// reason for what came later.
const ReadLine* notedByEngine(const HopView& view)
{
    const auto served = servedBefore(view);
    for (auto line = view.hostLines.rbegin(); line != view.hostLines.rend(); ++line)
        if ((*line)->reading.cause == "image-pull-failed" && isOfEngine(*(*line)->line) && view.isFresh(**line, sameHour))
            return served && *(*line)->line->at < served->at ? nullptr : *line;
    return nullptr;
}
}

Assessment containedImagePull(const HopView& view)
{
    Assessment found("image-pull-failed");
    if (!view.calleeHost || view.isUnix() || view.accepting() || !(isConnectSymptom(view) || view.isSymptom({ "dns-resolution-failed" }))
        || (view.container && parse::isRunning(*view.container)))
        return found;
    if (view.container && isPullError(view.container->error)) {
        model::Evidence item = containerEvidence(view, *view.container);
        item.rulesOut = { "service-stopped", "wrong-port" };
        found.supports(0.93, std::move(item));
        describeImage(found, view, nullptr, reasonIn(view.container->error));
        return found;
    }
    const auto own = view.unit && isUp(*view.unit) ? std::vector<const ReadLine*>() : statedByCallee(view, "image-pull-failed", sameHour);
    if (!own.empty()) {
        model::Evidence item = view.evidence(*own.front());
        item.rulesOut = { "service-stopped", "wrong-port" };
        found.supports(0.9, std::move(item));
        describeImage(found, view, own.front(), reasonIn(own.front()->line->text));
        if (view.unit)
            found.because += ", so " + view.unit->name + " has no container to run";
        return found;
    }
    // No unit and no container of that port's: what was to come in their place is all there is to blame.
    const ReadLine* noted = view.container || (view.unit && view.unitCertainty >= 0.6) ? nullptr : notedByEngine(view);
    if (!noted || !view.onPort().empty())
        return found;
    model::Evidence item = view.evidence(*noted);
    item.rulesOut = { "service-stopped" };
    found.supports(0.75, std::move(item));
    if (view.knowsListeners())
        found.supports(0.4, portEvidence(view));
    describeImage(found, view, noted, reasonIn(noted->line->text));
    found.because += ", and no container publishes " + view.targetWords() + " of " + view.calleeHost->host.value();
    return found;
}

}
