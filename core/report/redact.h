#pragma once

#include "core/model/diagnosis.h"

namespace hopscope::report {

/// A copy with addresses, host names, user names and secrets masked, the same way throughout.
model::Diagnosis redacted(const model::Diagnosis& diagnosis);

}
