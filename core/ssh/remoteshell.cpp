#include "core/ssh/remoteshell.h"

#include "core/exec/script.h"

#include <array>

namespace hopscope::ssh {
namespace {

    constexpr std::size_t mostHeld = 4 * 1024 * 1024;
    constexpr std::size_t largestWrite = 32 * 1024;

}

RemoteShell::RemoteShell(std::shared_ptr<Link> link, ChannelHandle channel, std::string hostName)
    : m_link(std::move(link))
    , m_channel(std::move(channel))
    , m_hostName(std::move(hostName))
{
}

RemoteShell::~RemoteShell()
{
    // The script's trap ends the check that runs; servers that know no signals see the channel close.
    if (ssh_channel_is_open(m_channel.get()) && !ssh_channel_is_eof(m_channel.get()))
        ssh_channel_request_send_signal(m_channel.get(), "TERM");
}

base::Error RemoteShell::error(base::ErrorCode code, std::string detail, std::string advice) const
{
    return { code, "run a shell on", m_hostName, std::move(detail), std::move(advice) };
}

base::Error RemoteShell::lost() const
{
    return error(base::ErrorCode::Disconnected, m_link->lastError(),
        "The connection was lost: the host may have gone down, or something in between.");
}

base::Result<std::unique_ptr<exec::ShellChannel>> RemoteShell::open(
    std::shared_ptr<Link> link, const std::string& hostName, const Patience& patience)
{
    ChannelHandle channel(ssh_channel_new(link->session()));
    Link& connection = *link;
    std::unique_ptr<RemoteShell> shell(new RemoteShell(std::move(link), std::move(channel), hostName));
    const auto opened = connection.drive(
        SSH_AGAIN, patience, [&] { return ssh_channel_open_session(shell->m_channel.get()); });
    if (!opened && opened.error().code == base::ErrorCode::TimedOut)
        return base::failure(shell->error(base::ErrorCode::Stalled, "logged in, but the server opened no channel in time",
            "Log in by hand with ssh; sshd or PAM may hang on a full disk or a dead network mount."));
    if (!opened)
        return base::failure(opened.error());
    if (*opened != SSH_OK && !ssh_is_connected(connection.session()))
        return base::failure(shell->lost());
    if (*opened != SSH_OK)
        return base::failure(shell->error(base::ErrorCode::SessionRefused, connection.lastError(),
            "The server lets this user log in, but opens no session: look at MaxSessions and the account's limits."));
    if (const auto requested = shell->checkRequest(); !requested)
        return base::failure(requested.error());
    return shell;
}

base::Result<void> RemoteShell::checkRequest()
{
    if (!m_isRequestPending)
        return {};
    const int code = ssh_channel_request_exec(m_channel.get(), exec::shellCommand().c_str());
    if (code == SSH_AGAIN)
        return {};
    m_isRequestPending = false;
    if (code == SSH_OK)
        return {};
    if (!ssh_is_connected(m_link->session()))
        return base::failure(lost());
    return base::failure(error(base::ErrorCode::SessionRefused, m_link->lastError(),
        "The server refuses to run commands for this user: look at its sshd configuration (ForceCommand, "
        "authorized_keys options)."));
}

base::Result<void> RemoteShell::take()
{
    if (const auto requested = checkRequest(); !requested)
        return requested;
    std::array<char, 65536> buffer;
    for (const int isError : { 0, 1 }) {
        std::string& into = isError ? m_arrived.error : m_arrived.out;
        int count = 0;
        while (into.size() < mostHeld
            && (count = ssh_channel_read_nonblocking(m_channel.get(), buffer.data(), buffer.size(), isError)) > 0)
            into.append(buffer.data(), std::size_t(count));
    }
    const bool isEmpty = m_arrived.out.empty() && m_arrived.error.empty();
    if (isEmpty && !ssh_is_connected(m_link->session()))
        return base::failure(lost());
    m_arrived.isEnd = isEmpty && (ssh_channel_is_eof(m_channel.get()) || ssh_channel_is_closed(m_channel.get()));
    return {};
}

base::Result<void> RemoteShell::write(std::string_view bytes, std::stop_token stop, exec::Deadline deadline)
{
    const exec::StopSignal signal(stop);
    const Patience patience { signal, deadline };
    while (!bytes.empty()) {
        // Not more than the other side's window takes: libssh would wait for the rest.
        const std::size_t window = ssh_channel_window_size(m_channel.get());
        const std::size_t size = std::min({ bytes.size(), window, largestWrite });
        const int count
            = size == 0 ? 0 : ssh_channel_write(m_channel.get(), bytes.data(), std::uint32_t(size));
        if (count == SSH_ERROR)
            return base::failure(lost());
        bytes.remove_prefix(count > 0 ? std::size_t(count) : 0);
        if (count > 0)
            continue;
        if (const auto taken = take(); !taken)
            return taken;
        if (m_arrived.isEnd)
            return base::failure(error(base::ErrorCode::Disconnected, "the shell ended", ""));
        // What was taken may have been the room to write; nothing more would come to wake us.
        if (window == 0 && ssh_channel_window_size(m_channel.get()) > 0)
            continue;
        if (const auto waited = m_link->wait(patience); !waited)
            return waited;
    }
    return {};
}

base::Result<exec::ShellBytes> RemoteShell::read(std::stop_token stop, exec::Deadline deadline)
{
    const exec::StopSignal signal(stop);
    const Patience patience { signal, deadline };
    while (true) {
        if (const auto taken = take(); !taken)
            return base::failure(taken.error());
        if (!m_arrived.out.empty() || !m_arrived.error.empty() || m_arrived.isEnd)
            return std::exchange(m_arrived, {});
        if (const auto waited = m_link->wait(patience); !waited)
            return base::failure(waited.error());
    }
}

}
