#pragma once

#include "core/model/diagnosis.h"

#include <string>

namespace hopscope::test {

/// The stopped service, with this text in every field that a server could have a say in.
model::Diagnosis withRemoteText(const std::string& text);

}
