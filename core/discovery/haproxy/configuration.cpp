#include "core/discovery/haproxy/configuration.h"

#include <algorithm>

namespace hopscope::discovery::haproxy {

Configuration::Configuration(const model::SoftwareConfig& config)
    : source(parse::loadHaproxyConfig(config.files))
    , sections(sectionsOf(source))
{
    for (const model::ConfigFile& file : config.files)
        if (!parse::isHaproxyText(file.text))
            m_files.push_back(file);
    for (const Section& section : sections) {
        if (section.isBackend())
            m_backends.emplace(section.name(), &section);
        if (section.isFrontend())
            frontends.push_back({ &section, bindsOf(section) });
    }
    for (const parse::HaproxySection& section : source.sections)
        if (section.kind == "global")
            for (const parse::HaproxyLine& line : section.lines)
                if (line.words[0] == "user" && line.words.size() > 1)
                    workerUser = line.words[1];
}

const Section* Configuration::backend(const std::string& name) const
{
    const auto found = m_backends.find(name);
    return found == m_backends.end() ? nullptr : found->second;
}

const parse::HaproxySection* Configuration::fcgiApp(const std::string& name) const
{
    for (const parse::HaproxySection& section : source.sections)
        if (section.kind == "fcgi-app" && section.name == name)
            return &section;
    return nullptr;
}

const std::string* Configuration::listFile(std::string_view path) const
{
    for (const std::string_view prefix : { "opt@", "virt@", "file@" })
        if (path.starts_with(prefix))
            path.remove_prefix(prefix.size());
    const auto named = [&](std::string_view tail) {
        return std::find_if(m_files.begin(), m_files.end(), [&](const model::ConfigFile& file) {
            return file.path == tail || (file.path.ends_with(tail) && file.path.size() > tail.size()
                       && (tail.starts_with('/') || file.path[file.path.size() - tail.size() - 1] == '/'));
        });
    };
    // In a copy of the configuration somewhere else, the tail of the path is what stays.
    while (!path.empty()) {
        if (const auto found = named(path); found != m_files.end())
            return &found->text;
        const std::size_t slash = path.find('/', 1);
        if (slash == std::string_view::npos)
            break;
        path.remove_prefix(path.starts_with('/') ? slash : slash + 1);
    }
    if (path.starts_with('/'))
        path.remove_prefix(1);
    const auto found = named(path);
    return path.empty() || found == m_files.end() ? nullptr : &found->text;
}

}
