#include "core/parse/nginxconfig.h"

#include "core/base/text.h"
#include "core/parse/glob.h"

#include <algorithm>
#include <memory>
#include <unordered_map>

namespace hopscope::parse {

namespace {
constexpr std::size_t maximumIncludeDepth = 32;
constexpr std::size_t maximumIncludes = 5000;
constexpr std::size_t maximumDirectives = 2'000'000;
constexpr std::size_t includeWarningLimit = 1000;

std::string joined(const std::string& folder, const std::string& path)
{
    return folder.empty() ? path : folder + "/" + path;
}

/// Includes put in their places.
class Expander {
public:
    Expander(const std::vector<model::ConfigFile>& files, const std::string& mainFile)
        : m_files(files)
        , m_folder(base::folderOf(mainFile))
        , m_parsed(files.size())
    {
        for (std::size_t i = 0; i < files.size(); ++i) {
            m_config.files.push_back(files[i].path);
            m_byPath.emplace(files[i].path, i);
            m_sorted.push_back(i);
        }
        std::sort(m_sorted.begin(), m_sorted.end(),
            [&](std::size_t a, std::size_t b) { return files[a].path < files[b].path; });
        const auto main = m_byPath.find(mainFile);
        if (main == m_byPath.end())
            warn({ mainFile, 0 }, "the main configuration file could not be read");
        else
            m_config.directives = contents(main->second);
        m_config.warnings.insert(m_config.warnings.begin(), m_syntaxWarnings.begin(), m_syntaxWarnings.end());
    }

    NginxConfig take() { return std::move(m_config); }

private:
    void warn(model::FilePlace place, std::string message)
    {
        if (m_config.warnings.size() < includeWarningLimit)
            m_config.warnings.push_back({ std::move(place), std::move(message) });
    }

    const NginxFile& parsed(std::size_t index)
    {
        std::unique_ptr<NginxFile>& file = m_parsed[index];
        if (!file) {
            file = std::make_unique<NginxFile>(
                parseNginxFile(m_files[index].path, m_files[index].text, static_cast<int>(index)));
            m_syntaxWarnings.insert(m_syntaxWarnings.end(), file->warnings.begin(), file->warnings.end());
        }
        return *file;
    }

    std::vector<NginxDirective> contents(std::size_t index)
    {
        m_stack.push_back(index);
        std::vector<NginxDirective> result;
        append(parsed(index).directives, result);
        m_stack.pop_back();
        return result;
    }

    void append(const std::vector<NginxDirective>& from, std::vector<NginxDirective>& to)
    {
        for (const NginxDirective& directive : from) {
            if (m_count >= maximumDirectives) {
                if (!m_isFull)
                    warn(place(directive), "the configuration is too large: the rest is left out");
                m_isFull = true;
                return;
            }
            if (directive.name == "include" && !directive.hasBlock && directive.arguments.size() == 1) {
                include(directive, to);
                continue;
            }
            ++m_count;
            NginxDirective copy { directive.name, directive.arguments, directive.file, directive.line, directive.hasBlock, {} };
            append(directive.block, copy.block);
            to.push_back(std::move(copy));
        }
    }

    model::FilePlace place(const NginxDirective& directive) const { return m_config.place(directive); }

    void include(const NginxDirective& directive, std::vector<NginxDirective>& to)
    {
        const std::string& wanted = directive.arguments.front();
        if (m_stack.size() >= maximumIncludeDepth || ++m_includes > maximumIncludes) {
            warn(place(directive), "too many includes inside each other: \"" + wanted + "\" is left out");
            return;
        }
        const bool isPattern = wanted.find_first_of("*?[") != std::string::npos;
        const std::vector<std::size_t> found = matches(wanted, isPattern);
        if (found.empty() && !isPattern)
            warn(place(directive), "the included file \"" + wanted + "\" could not be read");
        for (const std::size_t index : found) {
            if (std::find(m_stack.begin(), m_stack.end(), index) != m_stack.end()) {
                warn(place(directive), "\"" + m_files[index].path + "\" includes itself; it is left out here");
                continue;
            }
            for (NginxDirective& each : contents(index))
                to.push_back(std::move(each));
        }
    }

    std::vector<std::size_t> matches(const std::string& wanted, bool isPattern) const
    {
        const bool isAbsolute = wanted.starts_with('/');
        std::vector<std::size_t> found = filesAt(isAbsolute ? wanted : joined(m_folder, wanted), isPattern);
        // A copied configuration: look for the tails of the path beside the main file.
        for (std::size_t slash = 0; found.empty() && isAbsolute && slash != std::string::npos;
             slash = wanted.find('/', slash + 1)) {
            const std::string tail = wanted.substr(slash + 1);
            if (isPattern && tail.find('/') == std::string::npos)
                break; // "*.conf" alone says too little
            found = filesAt(joined(m_folder, tail), isPattern);
        }
        return found;
    }

    std::vector<std::size_t> filesAt(const std::string& path, bool isPattern) const
    {
        if (!isPattern) {
            const auto found = m_byPath.find(path);
            return found == m_byPath.end() ? std::vector<std::size_t>() : std::vector { found->second };
        }
        std::vector<std::size_t> found;
        for (const std::size_t index : m_sorted)
            if (matchesPath(path, m_files[index].path))
                found.push_back(index);
        return found;
    }

    const std::vector<model::ConfigFile>& m_files;
    std::string m_folder;
    NginxConfig m_config;
    std::vector<std::unique_ptr<NginxFile>> m_parsed;
    std::vector<model::ConfigWarning> m_syntaxWarnings;
    std::unordered_map<std::string, std::size_t> m_byPath;
    std::vector<std::size_t> m_sorted;
    std::vector<std::size_t> m_stack;
    std::size_t m_includes = 0;
    std::size_t m_count = 0;
    bool m_isFull = false;
};
}

NginxConfig loadNginxConfig(const std::vector<model::ConfigFile>& files, const std::string& mainFile)
{
    return Expander(files, mainFile).take();
}

}
