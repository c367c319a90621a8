#include "tests/core/faults/corpus.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hopscope::faults::test {
namespace {

    namespace fs = std::filesystem;

    std::optional<std::string> nullable(const std::string& word)
    {
        return word == "-" ? std::nullopt : std::optional(word);
    }

    std::string withEscapes(std::string text)
    {
        for (std::size_t at = text.find("\\e["); at != std::string::npos; at = text.find("\\e[", at))
            text.replace(at, 2, "\x1b");
        return text;
    }

    CorpusLine parsed(const std::string& text, const std::string& place)
    {
        const std::size_t tab = text.find('\t');
        std::istringstream head(text.substr(0, tab));
        std::string variant;
        std::string cause;
        std::string component;
        if (tab == std::string::npos || !(head >> variant >> cause >> component))
            throw std::runtime_error(place + ": not 'variant cause component<TAB>line'");
        return { place, nullable(variant), nullable(cause), nullable(component).value_or(""),
            withEscapes(text.substr(tab + 1)) };
    }

}

std::vector<CorpusLine> corpus()
{
    std::vector<fs::path> files;
    for (const auto& item : fs::directory_iterator(fs::path(HOPSCOPE_SOURCE_DIR) / "tests/corpus/loglines")) {
        if (item.path().extension() == ".txt")
            files.push_back(item.path());
    }
    std::sort(files.begin(), files.end());
    std::vector<CorpusLine> lines;
    for (const fs::path& file : files) {
        std::ifstream stream(file);
        std::string text;
        for (int number = 1; std::getline(stream, text); ++number) {
            if (!text.empty() && text.front() != '#')
                lines.push_back(parsed(text, file.filename().string() + ":" + std::to_string(number)));
        }
    }
    return lines;
}

}
