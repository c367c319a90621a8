#pragma once

#include "core/base/result.h"
#include "core/model/capture.h"

#include <string>

namespace hopscope::history {

/// A bundle is one SQLite file ("hopscope.bundle/1") that holds a capture whole.
base::Result<void> saveBundle(const model::Capture& capture, const std::string& path);
base::Result<model::Capture> loadBundle(const std::string& path);
/// By its first bytes; a profile is JSON.
bool isBundle(const std::string& path);

}
