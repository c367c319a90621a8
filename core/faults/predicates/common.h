#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// The hop from the user's own machine.
bool isFromUser(const HopView& view);
/// Variants that mean "the connect itself came to nothing".
bool isConnectSymptom(const HopView& view);
/// Variants that mean "connected, then it went wrong".
bool isReplySymptom(const HopView& view);

bool isDown(const model::Unit& unit);
bool isUp(const model::Unit& unit);

/// A place that is no file: the answer of a proxy's admin interface about the configuration that runs.
bool isOfRunning(std::string_view place);
/// Where the hop is declared, "/etc/nginx/conf.d/shop.conf:12 on web1"; empty where no file says so.
std::string configPlace(const HopView& view);
/// The configuration that declares this hop is at fault: the caller's, or the edge proxy's for the user's own hop.
void blameConfiguration(Assessment& found, const HopView& view);
/// The same within a sentence: "/etc/nginx/conf.d/shop.conf:12", else "the proxy's configuration".
std::string configName(const HopView& view);
/// "ActiveState=inactive (dead), Result=success, since 2026-…", as evidence.
model::Evidence unitEvidence(const HopView& view, const model::Unit& unit);
/// "nothing listens on port 3000", or what does, as evidence.
model::Evidence portEvidence(const HopView& view);
model::Evidence listenerEvidence(
    const HopView& view, const model::Listener& listener, const std::string& words);
std::string textOf(const model::Listener& listener); ///< "0.0.0.0:3000 (node, pid 812)"

/// The callee's processes: the unit's, or the one that listens.
std::vector<const model::Process*> calleeProcesses(const HopView& view);

/// The newest fresh lines of the callee whose reading states this cause.
std::vector<const ReadLine*> statedByCallee(
    const HopView& view, std::string_view cause, base::Milliseconds age);
std::vector<const ReadLine*> statedByCaller(
    const HopView& view, std::string_view cause, base::Milliseconds age);

/// Lines of the callee and of the caller that state a cause, as one assessment: for causes that logs alone can show.
Assessment statedOnly(const HopView& view, const char* cause, double weight, const std::vector<std::string>& rulesOut);

/// How the callee is called: its unit's name where one is known, else its label.
std::string calleeName(const HopView& view);
/// How the callee is called where it is a proxy: its label, else "the proxy".
std::string proxyName(const HopView& view);
/// The remedy values that a unit, a target and the two hosts give.
void fillUnit(Assessment& assessment, const HopView& view);

inline constexpr base::Milliseconds fresh = std::chrono::minutes(15);
inline constexpr base::Milliseconds sameHour = std::chrono::hours(1);

}
