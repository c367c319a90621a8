#include "core/faults/lazyregex.h"

#include "core/faults/placeholders.h"

namespace hopscope::faults {

LazyRegex::LazyRegex(std::string pattern)
    : m_state(std::make_unique<State>())
{
    m_state->pattern = std::move(pattern);
}

const RE2& LazyRegex::compiled() const
{
    RE2::Options options;
    options.set_encoding(RE2::Options::EncodingLatin1);
    options.set_log_errors(false);
    options.set_max_mem(2 << 20);
    auto made = std::make_unique<const RE2>(m_state->pattern, options);
    const RE2* first = nullptr;
    // Of two threads that come at once the first one's stays.
    if (m_state->regex.compare_exchange_strong(first, made.get(), std::memory_order_acq_rel))
        return *made.release();
    return *first;
}

std::string LazyRegex::complaint() const
{
    const RE2& regex = get();
    if (!regex.ok())
        return "bad regular expression: " + regex.error();
    if (regex.NumberOfCapturingGroups() > mostGroups)
        return "more than " + std::to_string(mostGroups) + " groups";
    for (const auto& [name, index] : regex.NamedCapturingGroups()) {
        if (!isPlaceholderName(name))
            return "unknown group name '" + name + "'";
    }
    return {};
}

}
