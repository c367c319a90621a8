#include "core/exec/scriptrunner.h"

#include "core/exec/script.h"
#include "core/exec/shellsession.h"

#include <algorithm>
#include <iterator>

namespace hopscope::exec {
namespace {

    using Sink = std::function<void(model::CheckResult)>;
    constexpr int mostShells = 4; ///< for one batch; a host where more than that hang is of no use

    class ScriptRunner final : public CommandRunner {
    public:
        ScriptRunner(base::HostId host, std::unique_ptr<ShellHost> shell, base::WallClock clock)
            : m_host(std::move(host))
            , m_shellHost(std::move(shell))
            , m_clock(std::move(clock))
        {
        }

        model::HostSession open(std::stop_token stop, Deadline deadline) override
        {
            model::HostSession session;
            openAndRun(
                {}, [&](const model::HostSession& opened) { session = opened; }, [](model::CheckResult) {}, stop, deadline);
            return session;
        }

        void openAndRun(const CheckBatch& batch, const std::function<void(const model::HostSession&)>& opened,
            const Sink& sink, std::stop_token stop, Deadline deadline) override
        {
            model::HostSession session;
            session.host = m_host;
            const auto ready = connect(session, batch, stop, deadline);
            if (!ready)
                session.error = ready.error();
            opened(session);
            if (ready)
                finish(batch, sink, stop, deadline);
        }

        void run(const CheckBatch& batch, const Sink& sink, std::stop_token stop, Deadline deadline) override
        {
            if (batch.empty())
                return;
            // A connection may have died unseen since the last batch: that costs this batch a login, not its results.
            const bool isKept = m_session && resume(batch, stop, deadline);
            model::HostSession session;
            if (!isKept) {
                if (const auto ready = connect(session, batch, stop, deadline); !ready) {
                    giveUp(batch, 0, model::outcome::TransportLost { ready.error() }, sink);
                    return;
                }
            }
            finish(batch, sink, stop, deadline);
        }

        void follow(Following& following) override { m_following = &following; }

    private:
        /// Sends the batch to the shell that is there and waits for a first sign. False: it is gone.
        bool resume(const CheckBatch& batch, std::stop_token stop, Deadline deadline)
        {
            m_session->expect(batch);
            return m_session->sendExpected(stop, deadline) && m_session->waitForSign(stop, deadline);
        }

        /// A new shell that has been sent the batch and has said hello.
        base::Result<void> connect(
            model::HostSession& session, const CheckBatch& batch, std::stop_token stop, Deadline deadline)
        {
            m_session.reset();
            auto channel = m_shellHost->open(session, stop, deadline);
            if (!channel)
                return base::failure(channel.error());
            m_session = std::make_unique<ShellSession>(m_host, std::move(*channel), m_clock);
            m_session->expect(batch);
            auto ready = m_session->begin(stop, deadline);
            if (!ready) {
                m_session.reset();
                return ready;
            }
            session.clockOffset = m_session->clockOffset();
            if (session.user.empty())
                session.user = m_session->user();
            return ready;
        }

        /// Reads to the batch's end, and to that of those which join it, in further shells where one hangs.
        void finish(CheckBatch batch, const Sink& sink, std::stop_token stop, Deadline deadline)
        {
            std::size_t done = 0;
            const Sink counted = [&](model::CheckResult result) {
                result.host = m_host;
                ++done;
                sink(std::move(result));
            };
            for (int shells = 1; done < batch.size(); ++shells) {
                const auto read = readWithFollowing(batch, counted, stop, deadline);
                if (read && done == batch.size())
                    return;
                m_session.reset();
                if (!read) {
                    giveUp(batch, done, model::outcome::TransportLost { read.error() }, sink);
                    return;
                }
                const CheckBatch rest(batch.begin() + std::ptrdiff_t(done), batch.end());
                base::Error stalled { base::ErrorCode::Stalled, "run checks on", m_host.value(),
                    "several checks hung and could not be ended", "Look at the host's load and its disks." };
                model::HostSession session;
                auto ready = shells < mostShells ? connect(session, rest, stop, deadline) : base::failure(stalled);
                if (!ready) {
                    giveUp(batch, done, model::outcome::TransportLost { ready.error() }, sink);
                    return;
                }
            }
        }

        /// As ShellSession::readResults, of the batch and of what joins it meanwhile.
        base::Result<void> readWithFollowing(CheckBatch& batch, const Sink& sink, std::stop_token stop, Deadline deadline)
        {
            while (m_following) {
                if (CheckBatch next = m_following->take(); !next.empty()) {
                    m_session->expect(next);
                    std::move(next.begin(), next.end(), std::back_inserter(batch));
                    if (const auto sent = m_session->sendExpected(stop, deadline); !sent)
                        return sent;
                }
                std::stop_source either;
                const auto end = [&either] { either.request_stop(); };
                const std::stop_callback byCaller(stop, end);
                const std::stop_callback byArrival(m_following->arrival(), end);
                auto read = m_session->readResults(sink, either.get_token(), deadline);
                const bool isInterrupted = !read && read.error().code == base::ErrorCode::Cancelled && !stop.stop_requested();
                if (!isInterrupted)
                    return read;
            }
            return m_session->readResults(sink, stop, deadline);
        }

        void giveUp(const CheckBatch& batch, std::size_t from, const model::Outcome& outcome, const Sink& sink) const
        {
            for (std::size_t index = from; index < batch.size(); ++index) {
                model::CheckResult result;
                result.host = m_host;
                result.check = batch[index].check;
                result.subject = batch[index].subject;
                result.container = batch[index].container;
                result.command = batch[index].command;
                result.outcome = outcome;
                result.startedAt = m_clock();
                sink(std::move(result));
            }
        }

        const base::HostId m_host;
        const std::unique_ptr<ShellHost> m_shellHost;
        const base::WallClock m_clock;
        std::unique_ptr<ShellSession> m_session;
        Following* m_following = nullptr;
    };

}

std::unique_ptr<CommandRunner> makeScriptRunner(
    base::HostId host, std::unique_ptr<ShellHost> shell, base::WallClock clock)
{
    return std::make_unique<ScriptRunner>(std::move(host), std::move(shell), std::move(clock));
}

}
