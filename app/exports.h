#pragma once

#include "app/commandline.h"
#include "core/model/diagnosis.h"

namespace hopscope::app {

/// Writes what the export options ask for; JSON to stdout where it is "-", else the human text there.
/// Returns the command's exit code: the verdict's, or 2 where a file could not be written.
int writeDiagnosis(const Arguments& arguments, const model::Diagnosis& diagnosis);


}
