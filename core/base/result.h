#pragma once

#include "core/base/error.h"

#include <tl/expected.hpp>

#include <utility>

namespace hopscope::base {

/// The value, or why there is none.
template <class T> using Result = tl::expected<T, Error>;

/// `return failure({ErrorCode::NotFound, "read profile", path, "no such file", ""});`
inline tl::unexpected<Error> failure(Error error) { return tl::unexpected<Error>(std::move(error)); }

}
