#include "core/ssh/agent.h"

#include "core/ssh/wire.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

namespace hopscope::ssh {
namespace {

    // draft-ietf-sshm-ssh-agent, section "Message numbers".
    constexpr char failureMessage = 5;
    constexpr char requestIdentities = 11;
    constexpr char identitiesAnswer = 12;
    constexpr char signRequest = 13;
    constexpr std::size_t longestMessage = 256 * 1024;
    constexpr std::size_t mostAgentKeys = 256;

    base::Error agentError(base::ErrorCode code, std::string detail)
    {
        return { code, "ask", "the ssh agent", std::move(detail), "" };
    }

    base::Result<void> waitFor(int descriptor, short events, const Patience& patience)
    {
        while (true) {
            pollfd polled[2] { { patience.stop.descriptor(), POLLIN, 0 }, { descriptor, events, 0 } };
            ::poll(polled, 2, patience.pollMilliseconds());
            if (patience.stop.isRaised())
                return base::failure(agentError(base::ErrorCode::Cancelled, "cancelled"));
            if (polled[1].revents)
                return {};
            if (patience.isOver())
                return base::failure(agentError(base::ErrorCode::TimedOut, "no answer in time"));
        }
    }

    base::Result<void> sendAll(int descriptor, std::string_view bytes, const Patience& patience)
    {
        while (!bytes.empty()) {
            const ssize_t count = ::send(descriptor, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (count > 0) {
                bytes.remove_prefix(std::size_t(count));
            } else if (errno == EAGAIN || errno == EINTR) {
                if (const auto waited = waitFor(descriptor, POLLOUT, patience); !waited)
                    return waited;
            } else {
                return base::failure(agentError(base::ErrorCode::Disconnected, std::strerror(errno)));
            }
        }
        return {};
    }

    base::Result<std::string> receiveExactly(int descriptor, std::size_t size, const Patience& patience)
    {
        std::string bytes(size, '\0');
        std::size_t done = 0;
        while (done < size) {
            const ssize_t count = ::recv(descriptor, bytes.data() + done, size - done, 0);
            if (count > 0) {
                done += std::size_t(count);
            } else if (count < 0 && (errno == EAGAIN || errno == EINTR)) {
                if (const auto waited = waitFor(descriptor, POLLIN, patience); !waited)
                    return base::failure(waited.error());
            } else {
                return base::failure(agentError(base::ErrorCode::Disconnected, "it closed the connection"));
            }
        }
        return bytes;
    }

    base::Result<std::string> receiveMessage(int descriptor, const Patience& patience)
    {
        const auto length = receiveExactly(descriptor, 4, patience);
        if (!length)
            return length;
        const std::size_t size = WireReader(*length).number().value_or(0);
        if (size == 0 || size > longestMessage)
            return base::failure(agentError(base::ErrorCode::InvalidFormat, "a message of odd length"));
        return receiveExactly(descriptor, size, patience);
    }

    Descriptor nonBlocking(int descriptor)
    {
        if (descriptor >= 0) {
            ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
            ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
        }
        return Descriptor(descriptor);
    }

}

base::Result<Agent> Agent::connect(const std::string& socketPath)
{
    sockaddr_un address {};
    address.sun_family = AF_UNIX;
    if (socketPath.empty() || socketPath.size() >= sizeof address.sun_path)
        return base::failure(agentError(base::ErrorCode::NotFound, socketPath));
    std::memcpy(address.sun_path, socketPath.c_str(), socketPath.size());
    Descriptor descriptor = nonBlocking(::socket(AF_UNIX, SOCK_STREAM, 0));
    if (::connect(descriptor.value(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        return base::failure(agentError(base::ErrorCode::NotFound, socketPath + ": " + std::strerror(errno)));
    return Agent(std::move(descriptor));
}

base::Result<std::string> Agent::ask(std::string_view message, const Patience& patience)
{
    if (const auto sent = sendAll(m_descriptor.value(), wireString(message), patience); !sent)
        return base::failure(sent.error());
    return receiveMessage(m_descriptor.value(), patience);
}

base::Result<std::vector<AgentKey>> Agent::keys(const Patience& patience)
{
    const auto answer = ask(std::string_view(&requestIdentities, 1), patience);
    if (!answer)
        return base::failure(answer.error());
    WireReader reader(*answer);
    if (reader.byte() != identitiesAnswer)
        return base::failure(agentError(base::ErrorCode::PermissionDenied, "it shows no keys"));
    std::vector<AgentKey> keys;
    const std::size_t count = std::min<std::size_t>(reader.number().value_or(0), mostAgentKeys);
    for (std::size_t i = 0; i < count; ++i) {
        auto blob = reader.string();
        auto comment = reader.string();
        if (!blob || !comment)
            break;
        keys.push_back({ std::move(*blob), std::move(*comment) });
    }
    return keys;
}

AgentView::AgentView(Agent agent, std::stop_token stop, exec::Deadline deadline)
    : m_agent(std::move(agent))
    , m_forwardStop(std::move(stop), [this] { m_ownStop.request_stop(); })
{
    int ends[2];
    if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0)
        return;
    ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    m_near = Descriptor(ends[0]);
    m_far = nonBlocking(ends[1]);
    m_thread = std::thread([this, deadline] {
        const exec::StopSignal signal(m_ownStop.get_token());
        serve({ signal, deadline });
        m_far = Descriptor(); // libssh sees the end
    });
}

AgentView::~AgentView()
{
    m_ownStop.request_stop();
    if (m_thread.joinable())
        m_thread.join();
}

void AgentView::show(AgentKey key)
{
    const std::lock_guard lock(m_mutex);
    m_key = std::move(key);
}

void AgentView::serve(const Patience& patience)
{
    while (true) {
        const auto message = receiveMessage(m_far.value(), patience);
        if (!message)
            return;
        std::string answer(1, failureMessage);
        if (message->front() == requestIdentities) {
            const std::lock_guard lock(m_mutex);
            answer = std::string(1, identitiesAnswer) + wireNumber(1) + wireString(m_key.blob) + wireString(m_key.comment);
        } else if (message->front() == signRequest) {
            auto signature = m_agent.ask(*message, patience);
            if (!signature)
                return;
            answer = std::move(*signature);
        }
        if (!sendAll(m_far.value(), wireString(answer), patience))
            return;
    }
}

}
