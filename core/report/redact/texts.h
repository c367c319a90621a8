#pragma once

#include "core/model/diagnosis.h"

#include <functional>
#include <string>

namespace hopscope::report {

/// What a string of a diagnosis is; ids of catalogues and enumerations are not visited at all.
enum class TextKind { Free, HostName, TargetName, UserName, Url };

/// Visits every string of a diagnosis that could name something, and keeps what the visitor returns. A test
/// counts the model's fields, so that a new one is decided on here.
void rewriteTexts(model::Diagnosis& diagnosis, const std::function<std::string(TextKind, const std::string&)>& rewrite);

}
