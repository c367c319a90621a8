#pragma once

#include "core/parse/nginxconfig.h"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::nginx {

/// One block of a configuration with what it inherits. Refers to the parse::NginxConfig it was made of, which must
/// outlive it.
class Scope {
public:
    using Directives = std::span<const parse::NginxDirective* const>;

    /// The whole configuration as one scope.
    explicit Scope(const std::vector<parse::NginxDirective>& directives);

    /// Name of the block: "server", "location", "if" …; empty for the whole.
    const std::string& name() const;
    const std::vector<std::string>& arguments() const;
    const parse::NginxDirective* opening() const { return m_opening; }
    const Scope* parent() const { return m_parent; }
    const std::vector<parse::NginxDirective>& directives() const { return *m_directives; }
    const std::vector<std::unique_ptr<Scope>>& children() const { return m_children; }
    /// The block that this directive of ours opens; null for others.
    const Scope* child(const parse::NginxDirective& directive) const;

    /// All directives of that name in this block itself, in order.
    Directives own(std::string_view name) const;
    /// The same of the nearest block, from here outward, that has any: nginx's rule of inheritance, for single values
    /// and for lists (proxy_set_header) alike.
    Directives inherited(std::string_view name) const;
    /// First argument of the inherited directive's last occurrence, or `otherwise`.
    std::string value(std::string_view name, std::string_view otherwise = {}) const;
    /// The nearest enclosing block (or this one) of that name; null where there is none.
    const Scope* enclosing(std::string_view name) const;

private:
    Scope(const parse::NginxDirective& opening, const Scope* parent);
    void index();

    const parse::NginxDirective* m_opening = nullptr;
    const std::vector<parse::NginxDirective>* m_directives;
    const Scope* m_parent = nullptr;
    std::vector<const parse::NginxDirective*> m_byName;
    std::vector<std::unique_ptr<Scope>> m_children;
};

}
