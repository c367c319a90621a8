#include "core/exec/shellsession.h"

#include "core/exec/script.h"

#include <algorithm>
#include <utility>

namespace hopscope::exec {
namespace {

    using std::chrono::steady_clock;
    constexpr std::size_t noiseLimit = 1024 * 1024;
    constexpr base::Milliseconds helloPatience { 10000 };
    /// Beyond a check's limit: a second until KILL, the way back, and a slow host.
    constexpr base::Milliseconds grace { 3000 };
    constexpr base::Milliseconds errorStreamPatience { 1000 };

    /// Printable words of a banner, one line, for an error's detail.
    std::string words(std::string_view noise)
    {
        std::string line;
        for (const char c : noise.substr(0, 300)) {
            const bool isPlain = c >= ' ' && c != '\x7f';
            if (isPlain)
                line += c;
            else if (!line.empty() && line.back() != ' ')
                line += ' ';
        }
        while (line.ends_with(' '))
            line.pop_back();
        return line;
    }

}

ShellSession::ShellSession(base::HostId host, std::unique_ptr<ShellChannel> channel, base::WallClock clock)
    : m_host(std::move(host))
    , m_channel(std::move(channel))
    , m_clock(std::move(clock))
    , m_marker(randomMarker())
    , m_cutter(m_marker)
    , m_unsent(preamble(m_marker))
{
}

void ShellSession::expect(const CheckBatch& batch)
{
    m_unsent += batchScript(batch, m_cutter.nextNumber());
    for (std::size_t index = 0; index < batch.size();) {
        const std::size_t end = groupEnd(batch, index);
        base::Milliseconds longest {};
        for (std::size_t member = index; member < end; ++member)
            longest = std::max(longest, batch[member].limit);
        m_limits.insert(m_limits.end(), end - index, longest);
        index = end;
    }
    m_cutter.expect(batch);
}

base::Result<void> ShellSession::sendExpected(std::stop_token stop, Deadline deadline)
{
    return m_channel->write(std::exchange(m_unsent, {}), stop, deadline);
}

base::Result<void> ShellSession::begin(std::stop_token stop, Deadline deadline)
{
    const Deadline limit = deadline.orAt(steady_clock::now() + helloPatience);
    // A shell that refuses us may close its input first: what it says about that is still worth reading.
    if (const auto sent = sendExpected(stop, limit); !sent && sent.error().code != base::ErrorCode::Disconnected)
        return sent;
    return waitForHello([this](model::CheckResult result) { m_early.push_back(std::move(result)); }, stop, limit);
}

bool ShellSession::waitForSign(std::stop_token stop, Deadline deadline)
{
    const auto bytes = m_channel->read(stop, deadline.orAt(steady_clock::now() + patience()));
    if (!bytes)
        return bytes.error().code != base::ErrorCode::Disconnected;
    m_cutter.feed(bytes->out, bytes->error, [this](model::CheckResult result) { m_early.push_back(std::move(result)); });
    return !bytes->isEnd || !bytes->out.empty();
}

base::Result<void> ShellSession::waitForHello(const ResultCutter::Sink& sink, std::stop_token stop, Deadline deadline)
{
    while (!m_cutter.hello()) {
        const auto bytes = m_channel->read(stop, deadline);
        if (!bytes && bytes.error().code == base::ErrorCode::TimedOut) {
            const std::string said = words(m_cutter.noise());
            return base::failure(error(base::ErrorCode::Stalled,
                said.empty() ? "logged in, but no answer came from the shell" : "no answer, only: " + said,
                "Log in by hand with ssh and look for a login script that waits, a full disk or a dead network "
                "mount."));
        }
        if (!bytes && bytes.error().code == base::ErrorCode::Disconnected && m_cutter.noiseSize() > 0)
            return base::failure(notPosix());
        if (!bytes)
            return base::failure(bytes.error());
        m_cutter.feed(bytes->out, bytes->error, sink);
        if (!m_cutter.hello() && bytes->isEnd)
            return base::failure(notPosix());
        if (!m_cutter.hello() && m_cutter.noiseSize() > noiseLimit) {
            return base::failure(error(base::ErrorCode::LimitExceeded,
                "the login prints without end (" + std::to_string(m_cutter.noiseSize() / 1024)
                    + " KiB so far): " + words(m_cutter.noise()),
                "Look at what the login scripts print (~/.bashrc, ~/.profile, /etc/profile.d, a ForceCommand)."));
        }
    }
    takeHelloTime();
    return {};
}

void ShellSession::takeHelloTime()
{
    m_helloAt = m_clock();
    std::string clock = m_cutter.hello()->clock;
    // A date that knows no %N prints it as it stands, or as "N".
    if (const std::size_t letter = clock.find_first_not_of("0123456789."); letter != std::string::npos)
        clock.resize(letter);
    if (clock.ends_with('.'))
        clock.pop_back();
    if (const auto remote = base::fromUnixSeconds(clock))
        m_clockOffset = *remote - m_helloAt;
}

base::Result<void> ShellSession::readResults(const ResultCutter::Sink& sink, std::stop_token stop, Deadline deadline)
{
    bool hasProgress = false;
    const ResultCutter::Sink timed = [&](model::CheckResult result) {
        result.startedAt += m_helloAt.time_since_epoch();
        if (!m_limits.empty())
            m_limits.erase(m_limits.begin());
        hasProgress = true;
        sink(std::move(result));
    };
    for (model::CheckResult& result : std::exchange(m_early, {}))
        timed(std::move(result));

    auto since = steady_clock::now();
    while (!m_cutter.isDone()) {
        hasProgress = false;
        const auto limit = since + patience();
        const auto bytes = m_channel->read(stop, deadline.orAt(limit));
        if (!bytes && bytes.error().code == base::ErrorCode::TimedOut) {
            if (m_cutter.endNextWithoutErrorStream(timed)) {
                since = steady_clock::now();
                continue;
            }
            m_cutter.endNext(model::outcome::TimedOut { m_limits.front() }, timed);
            if (limit < deadline.at())
                return {};
            return base::failure(error(base::ErrorCode::TimedOut, "the run's time was over", ""));
        }
        if (!bytes)
            return base::failure(bytes.error());
        m_cutter.feed(bytes->out, bytes->error, timed);
        if (bytes->isEnd && !m_cutter.isDone())
            return base::failure(error(base::ErrorCode::Disconnected, "the shell ended before its checks did", ""));
        if (hasProgress)
            since = steady_clock::now();
        if (deadline.orAt(limit).isOver() && !hasProgress) {
            // Bytes without end and no frame: the read above never times out by itself.
            if (m_cutter.isDone())
                break;
            m_cutter.endNext(model::outcome::TimedOut { m_limits.front() }, timed);
            if (limit < deadline.at())
                return {};
            return base::failure(error(base::ErrorCode::TimedOut, "the run's time was over", ""));
        }
    }
    return {};
}

base::Milliseconds ShellSession::patience() const
{
    if (m_cutter.hasNextOutEnded())
        return errorStreamPatience;
    return m_limits.front() + grace;
}

std::string ShellSession::user() const
{
    const auto& hello = m_cutter.hello();
    return hello && hello->user != "-" ? hello->user : std::string();
}

base::Error ShellSession::notPosix() const
{
    const std::string said = words(m_cutter.noise());
    return error(base::ErrorCode::ShellNotPosix,
        said.empty() ? "the login ended without running /bin/sh" : "the login said: " + said,
        "Use a login that may run /bin/sh (no nologin shell, no ForceCommand, no restricted shell).");
}

base::Error ShellSession::error(base::ErrorCode code, std::string detail, std::string advice) const
{
    return { code, "run checks on", m_host.value(), std::move(detail), std::move(advice) };
}

}
