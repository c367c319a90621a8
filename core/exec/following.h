#pragma once

#include "core/exec/checkspec.h"

#include <stop_token>

namespace hopscope::exec {

/// Where the batches come from that go out while another one runs: the way there and back costs them nothing then. Asked
/// on the runner's thread.
class Following {
public:
    virtual ~Following() = default;

    /// A batch that has come; empty where none has.
    virtual CheckBatch take() = 0;
    /// Is asked to stop when a batch comes that was not taken yet.
    virtual std::stop_token arrival() = 0;
};

}
