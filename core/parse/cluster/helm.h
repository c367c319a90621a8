#pragma once

#include "core/parse/configtree.h"

#include <string>
#include <string_view>

namespace hopscope::parse::cluster {

struct Unrendered {
    std::string text; ///< as many lines as before, without a template's braces
    int firstLine = 0; ///< of what had to be guessed; 0: none
};

/// Takes Go templates (Helm) out of a manifest: values that values.yaml gives are put in, other expressions become a word,
/// lines that only steer are emptied. Of several branches all stay.
Unrendered withoutHelm(std::string_view text, const ConfigTree& values, const std::string& chart);

}
