#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Literals of which at least one must stand in a text.
using Needles = std::vector<std::string>;

/// What every text holds that the regular expression matches: of each group one literal, lower-case; the rarest group
/// first. Empty where nothing can be told. Letters count without their case. The literals hold only characters that
/// JSON encoders leave as they are (and no '=', which stands for JSON's colon in the text made of it), so they stand
/// in the raw line too. Errs on the empty side: an expression that this doesn't understand has no needles.
std::vector<Needles> needlesOf(std::string_view regex);

}
