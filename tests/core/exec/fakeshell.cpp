#include "tests/core/exec/fakeshell.h"

namespace hopscope::test {

base::Result<void> FakeShell::write(std::string_view bytes, std::stop_token, exec::Deadline)
{
    const std::string written(bytes);
    const std::string assignment = "hs_marker=";
    if (const std::size_t at = written.find(assignment); at != std::string::npos) {
        // Two halves with '' between them.
        marker = written.substr(at + assignment.size(), 34);
        marker.erase(16, 2);
    }
    m_reaction(*this, written);
    return {};
}

base::Result<exec::ShellBytes> FakeShell::read(std::stop_token stop, exec::Deadline)
{
    if (sends.empty() && stop.stop_requested())
        return base::failure({ base::ErrorCode::Cancelled, "read", "fake", "", "" });
    if (sends.empty())
        return base::failure({ base::ErrorCode::TimedOut, "read", "fake", "nothing came", "" });
    auto next = std::move(sends.front());
    sends.pop_front();
    return next;
}

void FakeShell::hello()
{
    error(marker + " h\n");
    out(marker + " h 1763717400.000000000 100.00 root root\n");
}

void FakeShell::check(int number, const std::string& output, int status)
{
    const std::string n = std::to_string(number);
    error(marker + " b " + n + "\n" + marker + " e " + n + "\n");
    out(marker + " b " + n + "\n" + output + marker + " e " + n + " " + std::to_string(status) + " 101.50 101.75\n");
}

base::Result<std::unique_ptr<exec::ShellChannel>> FakeHost::open(
    model::HostSession& session, std::stop_token, exec::Deadline)
{
    session.address = "fake:22";
    if (m_next >= m_reactions.size())
        return base::failure({ base::ErrorCode::ConnectionRefused, "connect to", "fake", "no more shells", "" });
    return std::make_unique<FakeShell>(m_reactions[m_next++]);
}

}
