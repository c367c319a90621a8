#pragma once

#include <atomic>
#include <memory>
#include <re2/re2.h>
#include <string>
#include <string_view>

namespace hopscope::faults {

/// A regular expression that is compiled when it is first needed: of some thousands one run needs a few. Bytes, not
/// characters, as a log may hold any. Safe to share between threads.
class LazyRegex {
public:
    explicit LazyRegex(std::string pattern);

    /// What is wrong with it; empty where nothing is. Compiles it.
    std::string complaint() const;

    /// Must be one without complaint.
    const RE2& get() const
    {
        const RE2* ready = m_state->regex.load(std::memory_order_acquire);
        return ready ? *ready : compiled();
    }

    bool isIn(std::string_view text) const { return RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), get()); }

private:
    struct State {
        std::string pattern;
        std::atomic<const RE2*> regex = nullptr; ///< owned

        ~State() { delete regex.load(); }
    };
    const RE2& compiled() const;

    std::unique_ptr<State> m_state; ///< on the heap, so that this can be moved
};

/// More groups than this an expression can't have.
inline constexpr int mostGroups = 16;

}
