#pragma once

#include "core/faults/predicates/assessment.h"
#include "core/faults/predicates/hopview.h"

#include <span>

namespace hopscope::faults {

/// How one cause is seen. Named as the cause it assesses; the catalogue refers to it by that name.
struct Predicate {
    const char* cause;
    Assessment (*assess)(const HopView&);
};

/// Every predicate there is.
std::span<const Predicate> predicates();
const Predicate* predicate(std::string_view cause);

}
