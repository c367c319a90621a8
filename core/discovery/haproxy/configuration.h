#pragma once

#include "core/discovery/haproxy/address.h"
#include "core/discovery/haproxy/section.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace hopscope::discovery::haproxy {

/// A frontend (or listen) with its addresses.
struct Frontend {
    const Section* section = nullptr;
    std::vector<Bind> binds;
};

/// One HAProxy's whole configuration, read. Its parts refer to each other, so it stays where it is made.
struct Configuration {
    explicit Configuration(const model::SoftwareConfig& config);
    Configuration(const Configuration&) = delete;
    Configuration& operator=(const Configuration&) = delete;

    const Section* backend(const std::string& name) const;
    /// An fcgi-app section; null where there is none.
    const parse::HaproxySection* fcgiApp(const std::string& name) const;
    const std::string* listFile(std::string_view path) const;
    model::FilePlace place(const parse::HaproxyLine& line) const { return source.place(line); }

    parse::HaproxyConfig source;
    std::vector<Section> sections;
    std::vector<Frontend> frontends;
    std::string workerUser;

private:
    std::unordered_map<std::string, const Section*> m_backends;
    std::vector<model::ConfigFile> m_files; ///< lists and maps among them
};

}
