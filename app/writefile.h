#pragma once

#include <cstdio>
#include <string>

namespace hopscope::app {

/// A file that is written piece by piece, each piece flushed; "-" is stdout. Failures are complained about once.
class OutputFile {
public:
    explicit OutputFile(const std::string& path); ///< empty: none
    ~OutputFile();
    OutputFile(const OutputFile&) = delete;
    OutputFile& operator=(const OutputFile&) = delete;

    bool isOpen() const { return m_file != nullptr; }
    bool write(const std::string& text);

private:
    std::string m_path;
    std::FILE* m_file = nullptr;
};

/// Writes a whole file at once (or stdout for "-"); false, and a line on stderr, where it could not.
bool writeOutput(const std::string& path, const std::string& text);

}
