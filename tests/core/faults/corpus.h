#pragma once

#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults::test {

/// One line of tests/corpus/loglines, with what must be said of it.
struct CorpusLine {
    std::string place; ///< "nginx.txt:12"
    std::optional<std::string> variant;
    std::optional<std::string> cause;
    std::string component; ///< empty: not told
    std::string line;
};

/// All lines of all files; throws where a line is not in the files' form.
std::vector<CorpusLine> corpus();

}
