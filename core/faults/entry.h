#pragma once

#include "core/faults/catalogue.h"
#include "core/model/topology.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace hopscope::faults {

/// Where a piece of the catalogue stands, for messages: "connect.yaml:12".
using Place = model::FilePlace;

/// One log pattern of an entry, as written; what it says about a line that it matches.
struct Pattern {
    std::string component; ///< a component of the taxonomy, or "any"
    std::string regex;     ///< RE2, fragments filled in
    int priority = 50;     ///< of several patterns that match one line, the highest wins
    std::optional<std::string> variant;
    std::optional<std::string> cause;
    std::optional<std::string> otherwise; ///< the variant where nothing else in the line tells one
    Role role = Role::UpstreamApp;
    std::vector<std::string> sameGroups; ///< two groups that must have caught the same text; or none
    Place place;

    bool operator==(const Pattern&) const = default;
};

/// A command: words that are quoted one by one, one fixed line for the shell, or a procedure: one that depends on how
/// the very instance runs, by its name.
struct CommandTemplate {
    std::vector<std::string> words; ///< may hold placeholders
    std::string shellLine;          ///< holds none
    std::string procedure;          ///< "proxyTest", "proxyReload", "proxyRestart"

    bool operator==(const CommandTemplate&) const = default;
};

/// On whose host a remedy is carried out.
enum class RemedySeat { Callee, Caller };

struct Remedy {
    std::string title;
    std::string why;
    model::Risk risk = model::Risk::ReadOnly;
    RemedySeat seat = RemedySeat::Callee;
    bool needsRoot = false;
    std::map<std::string, std::vector<std::string>> when; ///< osFamily, initSystem, firewall, platform, software: one of these
    std::vector<CommandTemplate> commands;                ///< none: advice in words
    std::string expect;
    std::optional<CommandTemplate> verify;
    std::vector<CommandTemplate> undo;

    bool operator==(const Remedy&) const = default;
};

/// One entry of the catalogue.
struct Entry {
    FaultText text; ///< its texts may hold placeholders with a fallback: "{unit|the service}"
    std::vector<Pattern> patterns;
    std::vector<std::string> predicates;
    std::vector<Remedy> remedies;
    std::vector<Remedy> prevention;
    Place place;

    bool operator==(const Entry&) const = default;
};

}
