#pragma once

#include "core/base/time.h"
#include "core/parse/haproxyconfig.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::haproxy {

/// "5s", "300" (milliseconds), "1m"; empty for what HAProxy would refuse.
std::optional<base::Milliseconds> parseTime(std::string_view text);

/// A frontend, backend or listen section with the defaults that it inherits. Refers to the configuration.
class Section {
public:
    Section(const parse::HaproxySection& own, std::vector<const parse::HaproxySection*> defaults);

    const std::string& name() const { return m_own->name; }
    const parse::HaproxySection& own() const { return *m_own; }
    bool isFrontend() const { return m_own->kind == "frontend" || m_own->kind == "listen"; }
    bool isBackend() const { return m_own->kind == "backend" || m_own->kind == "listen"; }

    /// All lines of that keyword: those of the defaults first, as rules inherited from there run first.
    std::vector<const parse::HaproxyLine*> lines(std::string_view keyword) const;
    /// The last line "keyword second …" of its own, else of its defaults; null where there is none, or "no keyword second"
    /// takes it back.
    const parse::HaproxyLine* setting(std::string_view keyword, std::string_view second = {}) const;
    bool hasOption(std::string_view name) const { return setting("option", name) != nullptr; }
    std::optional<base::Milliseconds> timeout(std::string_view which) const;
    bool isTcp() const;

private:
    const parse::HaproxySection* m_own;
    std::vector<const parse::HaproxySection*> m_defaults; ///< nearest first
};

/// Every proxy section, in order.
std::vector<Section> sectionsOf(const parse::HaproxyConfig& config);

}
