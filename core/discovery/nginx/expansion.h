#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hopscope::discovery::nginx {

/// How much is known of a text with variables in it.
enum class Certainty {
    Known,  ///< exactly the first value
    Likely, ///< the first value for the request at hand as far as can be told; the others are possible
    Any,    ///< each of the values is taken by some requests
    Unknown ///< the values, if any, are not all
};

/// What a text with variables may stand for.
struct Expansion {
    std::vector<std::string> values;
    Certainty certainty = Certainty::Known;

    static Expansion known(std::string value) { return { { std::move(value) }, Certainty::Known }; }
    /// Nobody can tell, but for this request it most likely is that.
    static Expansion likely(std::string value) { return { { std::move(value) }, Certainty::Likely }; }
    static Expansion unknown() { return { {}, Certainty::Unknown }; }

    /// The first value; empty where there is none.
    std::string first() const { return values.empty() ? std::string() : values.front(); }
    void add(const std::string& value); ///< once, and at most 64 of them
    /// This text followed by the other one: every combination, at most 64.
    void append(const Expansion& other);

    bool operator==(const Expansion&) const = default;
};

}
