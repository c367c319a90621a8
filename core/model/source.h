#pragma once

#include <cstddef>

namespace hopscope::model {

/// Where a fact was read: an index into Capture::checks and a line of that check's output (1 is the first; 0: all of it).
struct Source {
    static constexpr std::size_t none = static_cast<std::size_t>(-1);
    std::size_t check = none;
    int line = 0;

    bool operator==(const Source&) const = default;
};

}
