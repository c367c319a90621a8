#pragma once

#include "core/faults/predicates/hopview.h"

#include <optional>
#include <string>

namespace hopscope::faults {

/// A database's, cache's or queue's own words by which it turns a connection away, as a variant and cause.
struct Refusal {
    std::string variant;
    std::string cause; ///< may be empty
    std::string words;
};

/// Empty for a welcome, and for what only a stranger meets: our attempt has no password.
std::optional<Refusal> refusalIn(const model::HopProbe& probe, model::Protocol protocol);

/// From an app to something behind it that is no proxy and no app.
bool isDependencyHop(const HopView& view);

/// Whether a line of the caller's own log speaks of this dependency: by its address, or, where the caller has only one
/// of this kind, by the kind ("password authentication failed" for its one PostgreSQL).
bool isAboutDependency(const HopView& view, const ReadLine& line);

/// Whether a line calls this dependency's kind of service by name: that of its driver, of an error, of its program.
bool namesItsKind(const HopView& view, const ReadLine& line);

/// Whether an app complains of a connection that it holds as closed itself: it lost that one, and never made another.
bool saysHandleIsClosed(const ReadLine& line);

/// Whether all that the callee depends on, as far as it was tried, answers now; false where nothing was.
bool areDependenciesWell(const HopView& view);

/// Whether a line comes from the caller itself: its unit, its process, its container, its files.
bool isOfCaller(const HopView& view, const ReadLine& line);

}
