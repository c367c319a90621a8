#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::faults {

/// Literals of which at least one stands in every text that the regular expression matches, lower-case; empty where
/// none can be told. Letters count without their case. They hold only characters that JSON encoders leave as they
/// are (and no '=', which stands for JSON's colon in the text made of it), so they stand in the raw line too. Errs on the empty side: an expression that this doesn't understand has
/// no needles.
std::vector<std::string> needlesOf(std::string_view regex);

}
