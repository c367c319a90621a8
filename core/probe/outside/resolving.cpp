#include "core/probe/outside/resolving.h"

#include "core/probe/outside/dnsquestion.h"

#include <algorithm>
#include <arpa/inet.h>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <netdb.h>
#include <netinet/in.h>
#include <optional>
#include <sys/socket.h>
#include <system_error>
#include <thread>

namespace hopscope::probe {
namespace {

    using model::AttemptResult;

    constexpr std::size_t mostAddresses = 16;

    struct SystemAnswer {
        int code = EAI_AGAIN;
        std::vector<std::string> addresses;
        std::string canonicalName;
    };

    SystemAnswer systemLookup(const std::string& name, int family)
    {
        addrinfo hints {};
        hints.ai_family = family;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = AI_CANONNAME;
        addrinfo* found = nullptr;
        SystemAnswer answer;
        answer.code = getaddrinfo(name.c_str(), nullptr, &hints, &found);
        if (answer.code != 0)
            return answer;
        if (found && found->ai_canonname)
            answer.canonicalName = found->ai_canonname;
        for (const addrinfo* each = found; each && answer.addresses.size() < mostAddresses; each = each->ai_next) {
            char text[NI_MAXHOST];
            if (getnameinfo(each->ai_addr, each->ai_addrlen, text, sizeof text, nullptr, 0, NI_NUMERICHOST) == 0
                && std::find(answer.addresses.begin(), answer.addresses.end(), text) == answer.addresses.end())
                answer.addresses.emplace_back(text);
        }
        freeaddrinfo(found);
        return answer;
    }

    /// What a detached thread and the one that waits for it share; it outlives whichever goes first.
    template <class Answer> struct Pending {
        std::mutex mutex;
        std::condition_variable_any changed;
        std::optional<Answer> answer;
    };

    /// Runs a call that can't be cancelled on a thread of its own, which is left behind where it takes too long.
    template <class Answer, class Call> std::shared_ptr<Pending<Answer>> started(Call call)
    {
        auto pending = std::make_shared<Pending<Answer>>();
        try {
            std::thread([pending, call = std::move(call)] {
                Answer answer = call();
                const std::lock_guard lock(pending->mutex);
                pending->answer = std::move(answer);
                pending->changed.notify_all();
            }).detach();
        } catch (const std::system_error&) {
            pending->answer = Answer();
        }
        return pending;
    }

    template <class Answer>
    std::optional<Answer> awaited(Pending<Answer>& pending, const SocketWait& wait, Clock::time_point limit)
    {
        std::unique_lock lock(pending.mutex);
        pending.changed.wait_until(lock, wait.stop(), limit, [&pending] { return pending.answer.has_value(); });
        return pending.answer;
    }

    bool isNoSuchName(int code)
    {
        switch (code) {
        case EAI_NONAME:
#ifdef EAI_NODATA
        case EAI_NODATA:
#endif
#ifdef EAI_ADDRFAMILY
        case EAI_ADDRFAMILY:
#endif
            return true;
        default: return false;
        }
    }

    AttemptResult resultOf(const std::optional<SystemAnswer>& answer)
    {
        if (!answer)
            return AttemptResult::TimedOut;
        if (answer->code == 0)
            return AttemptResult::Succeeded;
        return isNoSuchName(answer->code) ? AttemptResult::NameNotFound : AttemptResult::ResolverFailed;
    }

    std::string errorWords(AttemptResult result, const std::string& name, std::chrono::milliseconds limit)
    {
        if (result == AttemptResult::NameNotFound)
            return name + " does not exist, or has no address";
        if (result == AttemptResult::TimedOut)
            return "the resolver gave no answer for " + name + " within " + std::to_string(limit.count()) + " ms";
        return "the resolver failed for " + name + ": temporary failure in name resolution";
    }

    /// Why the system's resolver failed, in DNS's own terms. The system's servers are asked once more, briefly.
    void explain(model::DnsAnswer& dns, const std::string& name, const SocketWait& wait)
    {
        constexpr std::chrono::milliseconds patience { 2500 };
        const auto pending = started<DnsReply>([name] { return askDns(name); });
        const auto reply = awaited(*pending, wait, wait.within(patience));
        if (!reply || wait.isCancelled())
            return;
        dns.canonicalNames = reply->canonicalNames;
        if (!reply->words.empty())
            dns.errorText += " (" + reply->words + ")";
        if (reply->kind != DnsReply::Kind::NoAnswer)
            return;
        // Temporary failure may be "the server says it can't" or "nobody answers": those have different causes.
        for (AttemptResult* result : { &dns.ipv4, &dns.ipv6 })
            if (*result == AttemptResult::ResolverFailed)
                *result = AttemptResult::TimedOut;
    }

}

model::DnsAnswer resolved(const std::string& name, SocketWait& wait, std::chrono::milliseconds limit)
{
    const Clock::time_point start = Clock::now();
    const Clock::time_point end = wait.within(limit);
    const auto pending4 = started<SystemAnswer>([name] { return systemLookup(name, AF_INET); });
    const auto pending6 = started<SystemAnswer>([name] { return systemLookup(name, AF_INET6); });
    const auto answer4 = awaited(*pending4, wait, end);
    const auto answer6 = awaited(*pending6, wait, end);
    model::DnsAnswer dns;
    dns.milliseconds = millisecondsSince(start);
    if (wait.isCancelled()) {
        dns.errorText = "cancelled";
        return dns;
    }
    dns.ipv4 = resultOf(answer4);
    dns.ipv6 = resultOf(answer6);
    if (answer4)
        dns.ipv4Addresses = answer4->addresses;
    if (answer6)
        dns.ipv6Addresses = answer6->addresses;
    const std::string canonical = answer4 && !answer4->canonicalName.empty() ? answer4->canonicalName
        : answer6                                                            ? answer6->canonicalName
                                                                             : "";
    if (!dns.ipv4Addresses.empty() || !dns.ipv6Addresses.empty()) {
        for (AttemptResult* result : { &dns.ipv4, &dns.ipv6 })
            if (*result == AttemptResult::NameNotFound)
                *result = AttemptResult::Succeeded;
        if (!canonical.empty() && canonical != name) {
            dns.canonicalNames = { canonical };
            model::DnsAnswer chain = dns;
            explain(chain, name, wait);
            if (!chain.canonicalNames.empty())
                dns.canonicalNames = chain.canonicalNames;
        }
        return dns;
    }
    dns.errorText = errorWords(dns.ipv4 == AttemptResult::NameNotFound ? dns.ipv6 : dns.ipv4, name, limit);
    explain(dns, name, wait);
    return dns;
}

}
