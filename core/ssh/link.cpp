#include "core/ssh/link.h"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hopscope::ssh {
namespace {

    constexpr std::size_t mostHeldInward = 256 * 1024;

}

struct Link::Polled {
    int descriptor;
    short events;
};

Link::Link(Descriptor descriptor, std::unique_ptr<Tunnel> through)
    : m_through(std::move(through))
    , m_session(ssh_new())
    , m_descriptor(descriptor.release())
{
    ssh_set_blocking(m_session.get(), 0);
    ssh_options_set(m_session.get(), SSH_OPTIONS_FD, &m_descriptor);
}

Link::~Link()
{
    // Whether the session closes a descriptor that was handed to it differs between versions of libssh; what is still
    // the same socket afterwards is ours to close.
    struct stat before {};
    const bool isOpen = ::fstat(m_descriptor, &before) == 0;
    ssh_disconnect(m_session.get());
    m_session.reset();
    struct stat after {};
    if (isOpen && ::fstat(m_descriptor, &after) == 0 && after.st_ino == before.st_ino && after.st_dev == before.st_dev)
        ::close(m_descriptor);
}

std::string Link::lastError() const
{
    std::string text = ssh_get_error(m_session.get());
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r' || text.back() == ' '))
        text.pop_back();
    return text;
}

void Link::collect(std::vector<Polled>& polled)
{
    short events = POLLIN;
    if (ssh_get_poll_flags(m_session.get()) & SSH_WRITE_PENDING)
        events |= POLLOUT;
    polled.push_back({ m_descriptor, events });
    if (!m_through)
        return;
    polled.push_back({ m_through->farEnd(), m_through->wantedEvents() });
    m_through->link().collect(polled);
}

base::Result<void> Link::wait(const Patience& patience)
{
    std::vector<Polled> wanted;
    collect(wanted);
    std::vector<pollfd> polled { { patience.stop.descriptor(), POLLIN, 0 } };
    for (const Polled& one : wanted)
        polled.push_back({ one.events ? one.descriptor : -1, one.events, 0 });
    ::poll(polled.data(), nfds_t(polled.size()), patience.pollMilliseconds());
    if (patience.stop.isRaised())
        return base::failure({ base::ErrorCode::Cancelled, "talk to", "the server", "cancelled", "" });
    if (patience.isOver())
        return base::failure({ base::ErrorCode::TimedOut, "talk to", "the server", "no answer in time", "" });
    if (m_through)
        m_through->pump();
    return {};
}

Tunnel::Tunnel(std::unique_ptr<Link> link, ChannelHandle channel, Descriptor farEnd)
    : m_link(std::move(link))
    , m_channel(std::move(channel))
    , m_farEnd(std::move(farEnd))
{
}

Tunnel::~Tunnel() = default;

base::Result<std::unique_ptr<Tunnel>> Tunnel::open(
    std::unique_ptr<Link> link, const TcpTarget& target, const Patience& patience, Descriptor& nearEnd)
{
    ChannelHandle channel(ssh_channel_new(link->session()));
    const auto opened = link->drive(SSH_AGAIN, patience, [&] {
        return ssh_channel_open_forward(channel.get(), target.host.c_str(), target.port, "127.0.0.1", 0);
    });
    if (!opened)
        return base::failure(opened.error());
    const std::string name = target.host + ":" + std::to_string(target.port);
    if (*opened != SSH_OK)
        return base::failure({ base::ErrorCode::JumpFailed, "connect to", name, link->lastError(),
            "Log in to the jump host and try the address from there; its sshd may also forbid AllowTcpForwarding." });
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return base::failure({ base::ErrorCode::InputOutput, "connect to", name, std::strerror(errno), "" });
    for (const int end : ends) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    nearEnd = Descriptor(ends[0]);
    return std::unique_ptr<Tunnel>(new Tunnel(std::move(link), std::move(channel), Descriptor(ends[1])));
}

short Tunnel::wantedEvents() const
{
    short events = 0;
    if (!m_hasOutwardEnded && m_outward.empty())
        events |= POLLIN;
    if (!m_inward.empty())
        events |= POLLOUT;
    return events;
}

void Tunnel::pump()
{
    if (m_link->m_through)
        m_link->m_through->pump();
    bool hasMoved = true;
    while (hasMoved) {
        const bool in = pumpInward();
        const bool out = pumpOutward();
        hasMoved = in || out;
    }
    if (m_link->m_through)
        m_link->m_through->pump();
}

bool Tunnel::pumpInward()
{
    bool hasMoved = false;
    std::array<char, 32768> buffer;
    if (m_inward.size() < mostHeldInward && !m_hasInwardEnded) {
        const int count = ssh_channel_read_nonblocking(m_channel.get(), buffer.data(), buffer.size(), 0);
        if (count > 0) {
            m_inward.append(buffer.data(), std::size_t(count));
            hasMoved = true;
        } else if (count == SSH_ERROR || ssh_channel_is_eof(m_channel.get()) || !ssh_is_connected(m_link->session())) {
            m_hasInwardEnded = true;
            hasMoved = true;
        }
    }
    if (!m_inward.empty()) {
        const ssize_t count = ::send(m_farEnd.value(), m_inward.data(), m_inward.size(), MSG_NOSIGNAL);
        if (count > 0) {
            m_inward.erase(0, std::size_t(count));
            hasMoved = true;
        } else if (count < 0 && errno != EAGAIN && errno != EINTR) {
            m_inward.clear();
        }
    }
    if (m_hasInwardEnded && m_inward.empty())
        ::shutdown(m_farEnd.value(), SHUT_WR);
    return hasMoved;
}

bool Tunnel::pumpOutward()
{
    bool hasMoved = false;
    std::array<char, 32768> buffer;
    if (m_outward.empty() && !m_hasOutwardEnded) {
        const ssize_t count = ::recv(m_farEnd.value(), buffer.data(), buffer.size(), 0);
        if (count > 0) {
            m_outward.assign(buffer.data(), std::size_t(count));
            hasMoved = true;
        } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
            m_hasOutwardEnded = true;
            ssh_channel_send_eof(m_channel.get());
        }
    }
    if (!m_outward.empty()) {
        const int count = ssh_channel_write(m_channel.get(), m_outward.data(), std::uint32_t(m_outward.size()));
        if (count > 0) {
            m_outward.erase(0, std::size_t(count));
            hasMoved = true;
        } else if (count == SSH_ERROR) {
            m_outward.clear();
            m_hasOutwardEnded = true;
        }
    }
    return hasMoved;
}

}
