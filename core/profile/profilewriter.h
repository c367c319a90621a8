#pragma once

#include "core/profile/jsontext.h"

#include "core/model/profile.h"

namespace hopscope::profile {

/// The profile laid over the document it came from: unknown keys stay where they are, those of a host by its name.
Json jsonOf(const model::Profile& profile);

}
