#pragma once

#include "core/model/diagnosis.h"

#include <functional>
#include <string>
#include <vector>

namespace hopscope::report {

/// What a string of a diagnosis is; ids of catalogues and enumerations are not visited at all.
enum class TextKind { Free, HostName, TargetName, UserName, Url };

/// Visits every string of a diagnosis that could name something, and keeps what the visitor returns. A test
/// counts the model's fields, so that a new one is decided on here.
using TextRewriter = std::function<std::string(TextKind, const std::string&)>;
void rewriteTexts(model::Diagnosis& diagnosis, const TextRewriter& rewrite);
void rewriteTexts(model::Topology& topology, const TextRewriter& rewrite);
void rewriteTexts(std::vector<model::ConfigWarning>& warnings, const TextRewriter& rewrite);

}
