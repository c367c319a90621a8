#pragma once

#include "core/faults/predicates/hopview.h"

namespace hopscope::faults {

/// The user's own request was answered by a redirect to the very address that was asked for: no browser ever arrives. Not
/// where the answer sets a cookie, since the next request may pass with it.
bool isRedirectedToItself(const model::OutsideView& outside);

/// The user goes in that circle, and the hop's callee is one of those who sent that answer.
bool isOfRedirectLoop(const HopView& view);
/// That as a fault of the callee's; of a hop of which isOfRedirectLoop holds.
Assessment redirectLoop(const HopView& view);

}
