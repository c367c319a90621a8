#pragma once

#include "core/discovery/haproxy/section.h"
#include "core/discovery/request.h"
#include "core/model/facts.h"

#include <map>
#include <string>
#include <vector>

namespace hopscope::discovery::haproxy {

struct Configuration;

/// What an expression gives.
struct Sample {
    enum class Kind { Known, Absent, Unknown };
    Kind kind = Kind::Unknown;
    std::string text;
    std::vector<std::string> possible; ///< of an unknown one: every value it may have, where that is known (a map's)

    static Sample known(std::string text) { return { Kind::Known, std::move(text), {} }; }
    static Sample absent() { return { Kind::Absent, {}, {} }; }
    static Sample unknown() { return {}; }
    bool isKnown() const { return kind == Kind::Known; }
};

/// A request on its way through one HAProxy. Refers to what outlives it.
struct State {
    const Configuration* configuration = nullptr;
    const model::HostFacts* host = nullptr; ///< may be null
    const Section* section = nullptr;       ///< whose ACLs apply
    const Section* frontend = nullptr;
    Request request; ///< as rewritten so far
    bool isAnyRequest = false; ///< none at hand: what depends on one is not known
    bool isTlsHere = false; ///< the bind takes TLS off
    std::map<std::string, Sample> variables;
};

}
