#pragma once

#include "core/base/result.h"
#include "core/model/capture.h"

#include <nlohmann/json.hpp>

#include <string>

namespace hopscope::history {

using Json = nlohmann::ordered_json;

/// A document of a bundle holds something else than this program wrote. Thrown by the readers below, caught by
/// loadBundle.
struct BadRecord {
    std::string what; ///< the key that does not fit
};

// Each pair loses nothing: bytes that are no UTF-8 travel as {"base64": …}. A test counts the model's fields, so
// that one that is added is kept here too.

Json jsonOf(const model::HostSession& session);
model::HostSession sessionOf(const Json& json);

Json jsonOf(const model::Outcome& outcome);
model::Outcome outcomeOf(const Json& json);

Json jsonOf(const model::OutsideView& view);
model::OutsideView outsideOf(const Json& json);

}
