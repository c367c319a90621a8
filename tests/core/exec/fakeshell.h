#pragma once

#include "core/exec/shellchannel.h"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace hopscope::test {

/// A shell that is only a list of what it will send. Waiting costs no time: with nothing left to send, a read times
/// out at once, as if its deadline had come.
class FakeShell final : public exec::ShellChannel {
public:
    /// Called with each write; adds to `sends`.
    using Reaction = std::function<void(FakeShell&, const std::string& written)>;
    explicit FakeShell(Reaction reaction) : m_reaction(std::move(reaction)) { }

    base::Result<void> write(std::string_view bytes, std::stop_token stop, exec::Deadline deadline) override;
    base::Result<exec::ShellBytes> read(std::stop_token stop, exec::Deadline deadline) override;

    void out(std::string bytes) { sends.push_back(exec::ShellBytes { std::move(bytes), {}, false }); }
    void error(std::string bytes) { sends.push_back(exec::ShellBytes { {}, std::move(bytes), false }); }
    void end() { sends.push_back(exec::ShellBytes { {}, {}, true }); }
    void lose() { sends.push_back(base::failure({ base::ErrorCode::Disconnected, "read", "fake", "gone", "" })); }
    void hello();
    /// All frames of a check that printed this.
    void check(int number, const std::string& output, int status = 0);

    std::deque<base::Result<exec::ShellBytes>> sends;
    std::string marker; ///< as the preamble gave it

private:
    Reaction m_reaction;
};

/// Opens one fake after another.
class FakeHost final : public exec::ShellHost {
public:
    explicit FakeHost(std::vector<FakeShell::Reaction> reactions) : m_reactions(std::move(reactions)) { }
    base::Result<std::unique_ptr<exec::ShellChannel>> open(
        model::HostSession& session, std::stop_token stop, exec::Deadline deadline) override;

private:
    std::vector<FakeShell::Reaction> m_reactions;
    std::size_t m_next = 0;
};

}
