#pragma once

#include "core/model/diagnosis.h"

#include <string>

namespace hopscope::report {

/// The short verdict for a terminal: what fails, why, what to do first. Ends with a newline.
std::string humanText(const model::Diagnosis& diagnosis);

/// An incident page: one self-contained file, no scripts, no remote resources. `picture` is an SVG of the graph, or empty.
std::string htmlPage(const model::Diagnosis& diagnosis, const std::string& picture);

/// For a ticket or a chat.
std::string markdownText(const model::Diagnosis& diagnosis);

}
