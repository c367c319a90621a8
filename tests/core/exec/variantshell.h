#pragma once

#include "core/exec/localprocess.h"

#include <string>
#include <vector>

namespace hopscope::test {

/// A local shell that is told something before our script comes.
class VariantShell final : public exec::ShellHost {
public:
    VariantShell(std::vector<std::string> words, std::string prelude)
        : m_words(std::move(words))
        , m_prelude(std::move(prelude))
    {
    }

    base::Result<std::unique_ptr<exec::ShellChannel>> open(
        model::HostSession&, std::stop_token stop, exec::Deadline deadline) override
    {
        auto channel = exec::LocalProcess::start(m_words);
        if (channel)
            (void)(*channel)->write(m_prelude, stop, deadline);
        return channel;
    }

private:
    const std::vector<std::string> m_words;
    const std::string m_prelude;
};

}
