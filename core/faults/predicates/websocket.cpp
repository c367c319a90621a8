#include "core/faults/predicates/websocket.h"

#include "core/base/text.h"
#include "core/faults/predicates/common.h"

#include <algorithm>

namespace hopscope::faults {

namespace {
/// HAProxy, Caddy and others pass an upgrade on by themselves.
bool mustBeTold(const model::Node& caller) { return caller.software == "nginx" || caller.software == "apache"; }

bool isToldToUpgrade(const HopView& view)
{
    for (const model::SoftwareConfig& config : view.callerHost->configs) {
        if (config.software != view.caller->software || config.container != view.caller->container)
            continue;
        for (const model::ConfigFile& file : config.files) {
            const std::string text = base::lowered(file.text);
            for (const char* sign : { "http_upgrade", "ws://", "wss://", "upgrade=" })
                if (text.find(sign) != std::string::npos)
                    return true;
        }
    }
    return false;
}

bool wantsUpgrade(const model::HopProbe& probe)
{
    if (probe.status == 426)
        return true;
    const std::string body = base::lowered(probe.firstBytes);
    return probe.status == 400
        && (body.find("websocket") != std::string::npos || body.find("upgrade header") != std::string::npos
            || body.find("not a websocket handshake") != std::string::npos);
}
}

std::optional<model::Evidence> lostUpgrade(const HopView& view)
{
    if (!view.hop->isOnPath || !view.caller || !view.callerHost || !mustBeTold(*view.caller))
        return std::nullopt;
    const model::HopProbe* probe = view.callerProbe();
    if (!probe || !wantsUpgrade(*probe) || view.capture->outside.http.status != probe->status || isToldToUpgrade(view))
        return std::nullopt;
    model::Evidence item = view.evidence(*probe);
    item.observed += "; it asks for a WebSocket, and " + configPlace(view) + " does not pass the Upgrade header on";
    return item;
}

Assessment websocketNotUpgraded(const HopView& view)
{
    Assessment found("websocket-not-upgraded");
    if (!view.isSymptom({ "protocol-mismatch" }))
        return found;
    if (auto item = lostUpgrade(view)) {
        item->rulesOut = { "wrong-protocol", "app-error", "http-version-mismatch" };
        found.supports(0.88, std::move(*item));
    }
    found.responsible = "proxy";
    if (view.callerHost)
        found.host = view.callerHost->host;
    found.firstPlace = configPlace(view);
    found.because = calleeName(view) + " speaks WebSocket, and the proxy does not pass the Upgrade header on to it";
    return found;
}

}
