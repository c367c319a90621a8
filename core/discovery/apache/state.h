#pragma once

#include "core/discovery/apache/server.h"
#include "core/discovery/pattern.h"
#include "core/discovery/request.h"
#include "core/model/facts.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::discovery::apache {

struct Configuration;

enum class Truth { No, Maybe, Yes };

inline Truth inverted(Truth truth) { return truth == Truth::Maybe ? truth : truth == Truth::Yes ? Truth::No : Truth::Yes; }

/// A request on its way through one Apache. Refers to what outlives it.
struct State {
    const Configuration* configuration = nullptr;
    const model::HostFacts* host = nullptr; ///< may be null
    const Server* server = nullptr;
    Request request; ///< as it came
    std::string path;  ///< decoded and normalised, as rewritten so far
    std::string query;
    std::string file;  ///< what the path stands for on disk; empty before that is known
    bool isTls = false;
    std::map<std::string, std::string> environment;
};

/// A text that may hold what can't be known.
struct Text {
    std::string value;
    bool isKnown = true;
};

/// Whether a path is there: by the facts, else by its looks: a name with an ending is taken to be a file, others not.
Truth isFile(const State& state, const std::string& path);
Truth isFolder(const State& state, const std::string& path);
/// Whether the facts tell.
std::optional<bool> isKnownToExist(const State& state, const std::string& path);

/// %{NAME} for this request.
Text variable(const State& state, const std::string& name);

/// The expression of <If>, or of `RewriteCond expr`.
Truth evaluateExpression(const State& state, const std::string& text);

}
