#pragma once

#include "core/faults/explain.h"

#include <string>
#include <string_view>

namespace hopscope::faults {

/// Cuts a stream of bytes into lines ('\n', with or without '\r') in bounded memory.
class LineSplitter {
public:
    using OnLine = std::function<void(std::string_view)>;

    explicit LineSplitter(OnLine onLine)
        : m_onLine(std::move(onLine))
    {
    }

    void add(std::string_view bytes);
    void finish(); ///< the last line, where it has no newline

private:
    void keep(std::string_view bytes);
    void give(std::string_view line);

    OnLine m_onLine;
    std::string m_begun; ///< a line whose end has not come yet
};

}
