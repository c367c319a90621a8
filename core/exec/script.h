#pragma once

#include "core/exec/checkspec.h"

#include <cstddef>
#include <string>

namespace hopscope::exec {

/// 32 hex digits from the system's random source. Nothing that a server prints can contain it by accident or, as it
/// is never in an argument, an environment or a file there, by reading it back.
std::string randomMarker();

/// What starts the shell, as a login shell takes it: `sh -s`, by sudo where that asks for no password (one sudo a host:
/// each costs its host 10 to 20 ms and writes three lines into its log). sudo itself ends with 1 where it starts nothing.
std::string shellCommand();

/// The functions that checks may call (README.md).
std::string checkHelpers();

/// What a fresh `sh -s` is sent first: environment, helper functions, and the hello frame.
std::string preamble(const std::string& marker);

/// The calls for a batch; its first check has the number `first`, the next ones follow. Read whole by the shell
/// before it runs the first one, so that script and output never wait for each other.
std::string batchScript(const CheckBatch& batch, std::size_t first);

/// The end of the group that starts at `index`: checks that run at the same time; a group of one for most.
std::size_t groupEnd(const CheckBatch& batch, std::size_t index);

}
