#pragma once

#include "core/diagnosis/sign.h"
#include "core/faults/predicates/hopview.h"

#include <optional>

// What the caller's own log says of a hop, lately.
namespace hopscope::diagnosis {

/// Adds to the sign's evidence at most two lines of the last minutes that state its variant.
void addMatchingLines(const faults::HopView& view, Sign& sign);

/// Its newest complaint about this hop. `hasWorked`: an attempt of ours went well, so that only what befell our own request
/// counts.
std::optional<Sign> complaintInLog(const faults::HopView& view, bool hasWorked, double confidence);

/// The 404 that the user just got is the pool's "no such script".
std::optional<Sign> missingScript(const faults::HopView& view);

/// A service that dies of each request and is started again refuses whoever comes in between, our own attempt (of this
/// `variant`) too. What its users met is the death, not the gap.
std::optional<Sign> deathBehindGap(const faults::HopView& view, const std::string& variant);

/// The caller's queue refused our own request before the server could: what the server would have done does not matter.
std::optional<Sign> queueRefusal(const faults::HopView& view);

/// The caller itself says that it has nothing to make this call with: Apache without the module for its target's protocol.
std::optional<Sign> unableToCall(const faults::HopView& view);

/// All servers of the group are set aside, though this one answers.
std::optional<Sign> ejection(const faults::HopView& view);

}
