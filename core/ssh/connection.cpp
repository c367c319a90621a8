#include "core/ssh/connection.h"

#include "core/ssh/handshake.h"
#include "core/ssh/login.h"

#include <csignal>

namespace hopscope::ssh {
namespace {

    using std::chrono::steady_clock;
    constexpr base::Milliseconds longestConnect { 10000 };

    /// libssh writes to sockets that may be gone; this thread must not end by that. Held back for as long as the
    /// thread lives, as libssh may write at any time.
    void holdBackBrokenPipes()
    {
        sigset_t brokenPipe;
        sigemptyset(&brokenPipe);
        sigaddset(&brokenPipe, SIGPIPE);
        pthread_sigmask(SIG_BLOCK, &brokenPipe, nullptr);
    }

    /// Times what the network and the servers take: not what people take to answer.
    class Stopwatch {
    public:
        explicit Stopwatch(const Patience& patience)
            : m_patience(patience)
            , m_start(steady_clock::now())
            , m_asked(patience.deadline.asked())
        {
        }
        base::Milliseconds asked() const
        {
            return std::chrono::round<base::Milliseconds>(m_patience.deadline.asked() - m_asked);
        }
        base::Milliseconds elapsed() const
        {
            return std::chrono::round<base::Milliseconds>(steady_clock::now() - m_start) - asked();
        }

    private:
        const Patience& m_patience;
        steady_clock::time_point m_start;
        steady_clock::duration m_asked;
    };

    /// sshd closes a login that takes too long (LoginGraceTime), however good the answer is when it comes.
    base::Error waitedTooLong(const Endpoint& endpoint)
    {
        return { base::ErrorCode::Disconnected, "log in to", endpoint.name,
            "the server closed the connection while it waited for the answer",
            "Check again: sshd waits for an answer as long as its LoginGraceTime says, often two minutes." };
    }

    Patience connectPatience(const Endpoint& endpoint, const Patience& patience)
    {
        const int seconds = endpoint.config.connectTimeoutSeconds.value_or(0);
        return patience.atMost(seconds > 0 ? std::chrono::seconds(seconds) : longestConnect);
    }

    base::Error throughJump(const base::Error& problem, const Endpoint& endpoint, const Endpoint& jump)
    {
        // What failed at the jump itself keeps its code for the host behind it only in words.
        base::Error error = problem;
        if (error.code == base::ErrorCode::Cancelled || error.code == base::ErrorCode::TimedOut)
            return error;
        error.code = base::ErrorCode::JumpFailed;
        error.detail = "through " + jump.name + ": " + problem.text();
        error.operation = "log in to";
        error.subject = endpoint.name;
        return error;
    }

}

base::Result<std::shared_ptr<Link>> connectAlong(const std::vector<Endpoint>& route, Interaction& interaction,
    model::HostSession& session, std::stop_token stop, const Patience& patience)
{
    holdBackBrokenPipes();
    const Stopwatch whole(patience);
    const Endpoint& target = route.back();
    session.user = target.user;
    session.address = target.host + ":" + std::to_string(target.port);
    std::unique_ptr<Link> link;
    for (std::size_t i = 0; i < route.size(); ++i) {
        const Endpoint& endpoint = route[i];
        const bool isTarget = i + 1 == route.size();
        const auto named = [&](const base::Error& problem) {
            return base::failure(isTarget ? problem : throughJump(problem, target, endpoint));
        };
        const TcpTarget address { endpoint.host, endpoint.port, endpoint.config.addressFamily };
        if (!link) {
            auto tcp = connectTcp(address, connectPatience(endpoint, patience));
            if (!tcp)
                return named(tcp.error());
            if (isTarget)
                session.address = tcp->address;
            link = std::make_unique<Link>(std::move(tcp->descriptor), nullptr);
        } else {
            Descriptor nearEnd;
            auto tunnel = Tunnel::open(std::move(link), address, connectPatience(endpoint, patience), nearEnd);
            if (!tunnel)
                return base::failure(throughJump(tunnel.error(), target, route[i - 1]));
            link = std::make_unique<Link>(std::move(nearEnd), std::move(*tunnel));
        }
        if (const auto keyed = handshake(*link, endpoint, interaction, patience); !keyed)
            return named(keyed.error());
        if (isTarget)
            session.connect = whole.elapsed();
        const Stopwatch login(patience);
        if (const auto in = logIn(*link, endpoint, interaction, stop, patience); !in) {
            const bool isClosed = !ssh_is_connected(link->session())
                && in.error().detail.find("Too many authentication failures") == std::string::npos;
            if (isClosed && whole.asked() >= shortestTooLate && in.error().code != base::ErrorCode::Cancelled)
                return base::failure(waitedTooLong(endpoint));
            return named(in.error());
        }
        if (isTarget)
            session.authenticate = login.elapsed();
    }
    return std::shared_ptr<Link>(std::move(link));
}

}
