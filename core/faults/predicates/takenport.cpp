#include "core/faults/predicates/takenport.h"

#include "core/faults/predicates/common.h"
#include "core/faults/predicates/ownerunit.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
constexpr base::Milliseconds sameWeek = std::chrono::hours(24 * 7);

bool isUnitsLine(const model::Unit& unit, const ReadLine& line)
{
    const std::string& place = line.line->place;
    return place == unit.name || place == stem(unit.name)
        || (line.line->origin == model::LogOrigin::File && place.find(stem(unit.name)) != std::string::npos);
}

/// Whether the line, or what is known of the unit, speaks of this very port.
bool isAboutPort(const HopView& view, const model::Unit& unit, const ReadLine& line)
{
    const std::string port = std::to_string(view.port());
    if (line.line->text.find(':' + port) != std::string::npos || mentions(line.line->text, port))
        return true;
    return mentions(unit.execStart, port) || (view.unit == &unit && view.unitCertainty >= 0.8);
}
}

std::optional<TakenPort> takenPort(const HopView& view)
{
    if (!view.calleeHost || view.isUnix())
        return std::nullopt;
    for (const model::Unit& unit : view.calleeHost->units) {
        if (!isDown(unit) || unit.activeState == "inactive" || !unit.name.ends_with(".service"))
            continue;
        for (auto line = view.hostLines.rbegin(); line != view.hostLines.rend(); ++line)
            if ((*line)->reading.cause == "port-conflict" && view.isFresh(**line, sameWeek)
                && isUnitsLine(unit, **line) && isAboutPort(view, unit, **line))
                return TakenPort { &unit, *line };
    }
    return std::nullopt;
}

}
