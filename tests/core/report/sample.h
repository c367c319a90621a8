#pragma once

#include "core/model/diagnosis.h"

namespace hopscope::test {

/// The contract's example: nginx on edge can't reach the stopped app on app1.
model::Diagnosis stoppedService();
/// The same chain, all well.
model::Diagnosis healthy();

base::TimePoint at(const char* iso8601);

}
