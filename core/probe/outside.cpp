#include "core/probe/outside.h"

#include "core/base/address.h"
#include "core/probe/outside/connecting.h"
#include "core/probe/outside/httprequest.h"
#include "core/probe/outside/localnetwork.h"
#include "core/probe/outside/resolving.h"
#include "core/probe/outside/tlsstream.h"

#include <thread>

namespace hopscope::probe {
namespace {

    using model::AttemptResult;
    using namespace std::chrono_literals;

    constexpr std::chrono::milliseconds dnsLimit = 8s;
    constexpr std::chrono::milliseconds connectLimit = 5s;
    constexpr std::chrono::milliseconds requestLimit = 15s;
    /// A phase that the run's end cut shorter than this shows nothing about the other side.
    constexpr std::chrono::milliseconds leastPatience = 1s;

    using Progress = std::function<void(const model::OutsideView&)>;

    /// One look. Steps, in order: the machine's own tables; DNS; TCP to every address at once; TLS and the request over
    /// the first that connects, while the others go on.
    class Look {
    public:
        Look(const model::Profile& profile, const Progress& progress, std::stop_token stop, Clock::time_point deadline)
            : m_profile(profile)
            , m_progress(progress)
            , m_wait(std::move(stop), deadline)
        {
            m_view.startedAt = base::systemNow();
            m_view.url = profile.url;
            m_view.controlTarget = profile.checks.controlTarget.value_or("");
        }

        model::OutsideView run();

    private:
        void look(const Target& target);
        void resolve(const Target& target);
        void request(const Target& target, Connecting& connecting);
        void ask(ByteStream& stream, const Target& target, Clock::time_point limit);
        void waitForAll(Connecting& connecting);
        void giveUp(Connecting& connecting);
        void tell() const
        {
            if (m_progress)
                m_progress(m_view);
        }
        bool isCutShort(Clock::time_point phaseStart) const
        {
            return Clock::now() >= m_wait.deadline() && Clock::now() - phaseStart < leastPatience;
        }

        const model::Profile& m_profile;
        const Progress& m_progress;
        SocketWait m_wait;
        model::OutsideView m_view;
        Clock::time_point m_start = Clock::now();
    };

    std::vector<std::string> addressesOf(const model::DnsAnswer& dns)
    {
        std::vector<std::string> addresses = dns.ipv6Addresses;
        addresses.insert(addresses.end(), dns.ipv4Addresses.begin(), dns.ipv4Addresses.end());
        return addresses;
    }

    /// A TCP connect to the profile's control target. Runs beside the look, on a thread of its own.
    AttemptResult controlResult(const std::string& text, std::stop_token stop, Clock::time_point deadline)
    {
        const auto target = namedPortOf(text);
        if (!target)
            return AttemptResult::NotTried;
        SocketWait wait(std::move(stop), deadline);
        std::vector<std::string> addresses { target->host };
        if (!base::isAddress(target->host)) {
            const model::DnsAnswer dns = resolved(target->host, wait, dnsLimit);
            addresses = addressesOf(dns);
            if (addresses.empty())
                return dns.ipv4;
        }
        Connecting connecting(addresses, target->port, connectLimit);
        wait.setBackground(&connecting);
        while (!connecting.hasConnected() && !connecting.isSettled())
            if (wait.wait(-1, 0, wait.within(connectLimit)) == SocketWait::Outcome::Cancelled)
                return AttemptResult::NotTried;
        if (connecting.hasConnected())
            return AttemptResult::Succeeded;
        return connecting.attempts().front().result;
    }

    model::OutsideView Look::run()
    {
        m_view.systemReachability = systemReachability();
        const Gateway gateway = defaultGateway();
        m_view.gatewayAddress = gateway.address;
        m_view.gateway = gateway.result;
        AttemptResult control = AttemptResult::NotTried;
        std::jthread controlThread;
        if (!m_view.controlTarget.empty())
            controlThread = std::jthread([&control, text = m_view.controlTarget, stop = m_wait.stop(), deadline = m_wait.deadline()] {
                control = controlResult(text, stop, deadline);
            });
        const auto target = targetOf(m_profile.url);
        if (target)
            look(*target);
        else
            m_view.http.errorText = "not an http or https url";
        if (controlThread.joinable()) {
            controlThread.join();
            m_view.control = control;
        }
        tell();
        return m_view;
    }

    void Look::look(const Target& target)
    {
        resolve(target);
        tell();
        const std::vector<std::string> addresses = addressesOf(m_view.dns);
        if (addresses.empty()) {
            // The request failed for the reason that the name did.
            m_view.http.result = m_view.dns.ipv4 == AttemptResult::NameNotFound || m_view.dns.ipv4 == AttemptResult::Succeeded
                ? m_view.dns.ipv6
                : m_view.dns.ipv4;
            m_view.http.errorText = m_view.dns.errorText;
            m_view.http.totalMs = millisecondsSince(m_start);
            return;
        }
        Connecting connecting(addresses, target.port, connectLimit);
        m_view.tcp = connecting.attempts();
        connecting.onChange([this, &connecting] {
            m_view.tcp = connecting.attempts();
            tell();
        });
        m_wait.setBackground(&connecting);
        request(target, connecting);
        waitForAll(connecting);
        m_wait.setBackground(nullptr);
        m_view.tcp = connecting.attempts();
    }

    void Look::resolve(const Target& target)
    {
        const std::string fixed = m_profile.resolve.empty() ? target.host : m_profile.resolve;
        if (!base::isAddress(fixed)) {
            m_view.dns = resolved(target.host, m_wait, dnsLimit);
            m_view.http.dnsMs = m_view.dns.milliseconds;
            return;
        }
        m_view.dns.isOverridden = true;
        (base::isIpv6Address(fixed) ? m_view.dns.ipv6Addresses : m_view.dns.ipv4Addresses) = { fixed };
    }

    void Look::request(const Target& target, Connecting& connecting)
    {
        const Clock::time_point start = Clock::now();
        const Clock::time_point limit = m_wait.within(requestLimit);
        while (!connecting.hasConnected() && !connecting.isSettled() && Clock::now() < limit && !m_wait.isCancelled())
            m_wait.wait(-1, 0, limit);
        model::HttpView& http = m_view.http;
        if (!connecting.hasConnected()) {
            giveUp(connecting);
            m_view.tcp = connecting.attempts();
            http.result = m_view.tcp.front().result;
            http.errorText = m_view.tcp.front().errorText;
            http.totalMs = millisecondsSince(m_start);
            return;
        }
        const model::TcpAttempt& attempt = connecting.connectedAttempt();
        http.address = (base::isIpv6Address(attempt.address) ? "[" + attempt.address + "]" : attempt.address) + ":" + std::to_string(attempt.port);
        http.connectMs = attempt.milliseconds;
        SocketStream socket(connecting.takeConnected(), m_wait);
        ask(socket, target, limit);
        http.totalMs = millisecondsSince(m_start);
        if (http.result == AttemptResult::TimedOut && isCutShort(start)) {
            http.result = AttemptResult::NotTried;
            http.errorText = "the run's time was over before the server had a second to answer";
        }
        tell();
    }

    void Look::ask(ByteStream& socket, const Target& target, Clock::time_point limit)
    {
        model::HttpView& http = m_view.http;
        if (!target.isTls)
            return askHttp(socket, target, limit, http);
        const Clock::time_point start = Clock::now();
        TlsStream tls(socket, target.host);
        m_view.tls = tls.handshake(limit);
        if (m_view.tls.version.empty()) {
            http.result = m_view.tls.result;
            http.errorText = m_view.tls.problems.empty() ? "the TLS handshake failed" : m_view.tls.problems.back();
            return;
        }
        http.tlsMs = millisecondsSince(start);
        tell();
        askHttp(tls, target, limit, http);
    }

    void Look::waitForAll(Connecting& connecting)
    {
        while (!connecting.isSettled() && !m_wait.isCancelled() && Clock::now() < m_wait.deadline())
            m_wait.wait(-1, 0, m_wait.deadline());
        giveUp(connecting);
    }

    void Look::giveUp(Connecting& connecting)
    {
        connecting.abandon(m_wait.isCancelled() ? Connecting::Reason::Cancelled : Connecting::Reason::RunIsOver);
    }

}

model::OutsideView lookFromOutside(
    const model::Profile& profile, const Progress& progress, std::stop_token stop, Clock::time_point deadline)
{
    return Look(profile, progress, std::move(stop), deadline).run();
}

}
