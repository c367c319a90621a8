#include "core/faults/rootorder.h"

#include <algorithm>
#include <array>

namespace hopscope::faults {
namespace {

    /// Causes that are themselves brought about by another fault.
    constexpr std::array<std::string_view, 16> consequences = { "container-exited", "container-unhealthy", "crash-loop",
        "deployment-in-progress", "health-check-failing", "liveness-probe-failing", "no-endpoints", "outlier-ejected",
        "pod-crash-loop", "pod-not-ready", "process-crashed", "proxy-stopped", "service-failed-to-start", "service-stopped",
        "sidecar-not-ready", "worker-timeout" };

    constexpr std::array<std::string_view, 5> symptoms = { "closed-mid-response", "no-healthy-upstream", "overloaded",
        "reset-before-headers", "response-timed-out" };

    template <class Ids> bool isAmong(const Ids& ids, const std::optional<std::string>& id)
    {
        return id && std::find(ids.begin(), ids.end(), *id) != ids.end();
    }

}

Depth depthOf(const LineReading& reading)
{
    if (reading.role == Role::HostResources)
        return Depth::Host;
    if (isAmong(consequences, reading.cause))
        return Depth::Restarts;
    if (reading.role == Role::Dependency)
        return Depth::Dependency;
    if (reading.variant == "client-closed-request")
        return Depth::Visitor;
    if (reading.variant == "error-response" && (!reading.cause || reading.cause == "app-error"))
        return Depth::Answer;
    if (reading.cause)
        return Depth::Cause;
    if (isAmong(symptoms, reading.variant))
        return Depth::Symptom;
    return Depth::Connection;
}

}
