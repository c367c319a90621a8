#pragma once

#include "core/model/diagnosis.h"

#include <string>
#include <vector>

namespace hopscope::report {

// What the texts for people share, so that terminal, page and ticket say the same. Nothing is escaped here: each
// writer escapes for its own format.

std::string verdictWord(model::Verdict verdict); ///< "Failing"
std::string requestWords(const model::RequestResult& request); ///< "HTTP 502 after 12 ms"
std::string responsibleWords(const std::string& responsible);  ///< "the app"
std::string riskWords(model::Risk risk);                       ///< "restarts something"
std::string bearingWords(model::Bearing bearing);
std::string utcWords(base::TimePoint time);   ///< "2026-11-21 09:12:03 UTC"
std::string millisecondWords(double value);   ///< "12 ms", "0.6 ms", "3.2 s"
std::string percentWords(double fraction);    ///< "97 %"; never "100 %" for less than certain

/// "nginx on edge" for the node's id; the id itself where the topology has no label for it.
std::string nodeWords(const model::Topology& topology, const base::NodeId& node);
/// "nginx on edge → node on app1"
std::string hopWords(const model::Topology& topology, const base::HopId& hop);
/// "connection-refused, cause service-stopped"
std::string faultWords(const std::string& variant, const std::optional<std::string>& cause);
/// The finding, where the verdict is one that has it.
const model::Finding* shownFinding(const model::Diagnosis& diagnosis);
/// One sentence that answers "what is it?".
std::string headline(const model::Diagnosis& diagnosis);

/// The hops that serve the url, in order, replicas after one another.
std::vector<const model::Hop*> hopsOnPath(const model::Topology& topology);
/// A shape for each state, so that colour is never the only sign.
std::string stateSign(model::State state);

}
