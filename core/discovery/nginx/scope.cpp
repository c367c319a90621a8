#include "core/discovery/nginx/scope.h"

#include <algorithm>

namespace hopscope::discovery::nginx {

Scope::Scope(const std::vector<parse::NginxDirective>& directives)
    : m_directives(&directives)
{
    index();
}

Scope::Scope(const parse::NginxDirective& opening, const Scope* parent)
    : m_opening(&opening)
    , m_directives(&opening.block)
    , m_parent(parent)
{
    index();
}

void Scope::index()
{
    m_byName.reserve(m_directives->size());
    for (const parse::NginxDirective& directive : *m_directives) {
        m_byName.push_back(&directive);
        if (directive.hasBlock)
            m_children.push_back(std::unique_ptr<Scope>(new Scope(directive, this)));
    }
    std::stable_sort(m_byName.begin(), m_byName.end(),
        [](const parse::NginxDirective* a, const parse::NginxDirective* b) { return a->name < b->name; });
}

const std::string& Scope::name() const
{
    static const std::string whole;
    return m_opening ? m_opening->name : whole;
}

const std::vector<std::string>& Scope::arguments() const
{
    static const std::vector<std::string> none;
    return m_opening ? m_opening->arguments : none;
}

const Scope* Scope::child(const parse::NginxDirective& directive) const
{
    const auto found = std::lower_bound(m_children.begin(), m_children.end(), &directive,
        [](const std::unique_ptr<Scope>& a, const parse::NginxDirective* b) { return a->m_opening < b; });
    return found != m_children.end() && (*found)->m_opening == &directive ? found->get() : nullptr;
}

Scope::Directives Scope::own(std::string_view name) const
{
    const auto first = std::lower_bound(m_byName.begin(), m_byName.end(), name,
        [](const parse::NginxDirective* a, std::string_view b) { return a->name < b; });
    const auto last = std::upper_bound(first, m_byName.end(), name,
        [](std::string_view a, const parse::NginxDirective* b) { return a < b->name; });
    return { first, last };
}

Scope::Directives Scope::inherited(std::string_view name) const
{
    for (const Scope* scope = this; scope; scope = scope->m_parent)
        if (const Directives found = scope->own(name); !found.empty())
            return found;
    return {};
}

std::string Scope::value(std::string_view name, std::string_view otherwise) const
{
    const Directives found = inherited(name);
    if (found.empty() || found.back()->arguments.empty())
        return std::string(otherwise);
    return found.back()->arguments.front();
}

const Scope* Scope::enclosing(std::string_view name) const
{
    for (const Scope* scope = this; scope; scope = scope->m_parent)
        if (scope->name() == name)
            return scope;
    return nullptr;
}

}
