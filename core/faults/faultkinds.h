#pragma once

#include "core/faults/catalogue.h"
#include "core/faults/rootorder.h"

#include <cstdint>
#include <map>
#include <tuple>

namespace hopscope::faults {

/// What a text reports, by kind of fault: how often, where first, where last. For people: the one nearest the root in
/// full, the others a line each.
class FaultKinds {
public:
    void add(std::uint64_t lineNumber, std::string_view line, const LineReading& reading);
    std::string text(std::uint64_t lines, const Catalogue& catalogue) const;

private:
    using Key = std::tuple<std::string, std::string, std::string, std::string>; ///< entry, component, variant, cause
    struct Kind {
        std::uint64_t count = 0;
        std::uint64_t first = 0;
        std::uint64_t last = 0;
        std::uint64_t innermost = 0; ///< the last line that names it as the cause of what stands above; 0: none
        Depth depth = Depth::Visitor;
        std::string example; ///< the first line, fit for a terminal
        LineReading reading; ///< of that line
    };

    static void inherit(Kind& inner, const Kind& outer);
    static std::string placeOf(const Kind& kind);
    static bool isNearerTheRoot(const Kind& a, const Kind& b);
    static std::string inFull(const Kind& kind, const Catalogue& catalogue);

    std::map<Key, Kind> m_kinds; ///< no more than the catalogue has
    const Kind* m_outer = nullptr; ///< what an exception just above reports, which the next "Caused by" explains
    std::uint64_t m_outerLine = 0;
};

}
