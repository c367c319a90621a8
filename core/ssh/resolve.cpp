#include "core/ssh/resolve.h"

#include <cerrno>
#include <cstring>
#include <memory>
#include <mutex>
#include <thread>

#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <unistd.h>

namespace hopscope::ssh {
namespace {

    struct Answer {
        int code = 0;
        std::vector<SocketAddress> addresses;
    };

    Answer lookUp(const TcpTarget& target, int flags)
    {
        addrinfo hints {};
        hints.ai_family = target.family == "inet" ? AF_INET : target.family == "inet6" ? AF_INET6 : AF_UNSPEC;
        hints.ai_socktype = SOCK_STREAM;
        hints.ai_flags = flags;
        addrinfo* found = nullptr;
        Answer answer;
        answer.code = ::getaddrinfo(target.host.c_str(), std::to_string(target.port).c_str(), &hints, &found);
        for (const addrinfo* entry = found; answer.code == 0 && entry; entry = entry->ai_next) {
            SocketAddress address;
            std::memcpy(&address.storage, entry->ai_addr, entry->ai_addrlen);
            address.size = entry->ai_addrlen;
            answer.addresses.push_back(address);
        }
        if (found)
            ::freeaddrinfo(found);
        return answer;
    }

    /// The resolver's first choice first, then the families by turns (RFC 8305, section 4).
    std::vector<SocketAddress> mixed(const std::vector<SocketAddress>& addresses)
    {
        std::vector<SocketAddress> first;
        std::vector<SocketAddress> second;
        for (const SocketAddress& address : addresses)
            (address.storage.ss_family == addresses.front().storage.ss_family ? first : second).push_back(address);
        std::vector<SocketAddress> result;
        for (std::size_t i = 0; i < std::max(first.size(), second.size()); ++i) {
            if (i < first.size())
                result.push_back(first[i]);
            if (i < second.size())
                result.push_back(second[i]);
        }
        return result;
    }

    /// What the lookup's thread and its waiter share; the last of them closes the pipe.
    struct Lookup {
        std::mutex mutex;
        std::optional<Answer> answer;
        Descriptor readEnd;
        Descriptor writeEnd;
    };

    base::Result<Answer> lookUpInBackground(const TcpTarget& target, const Patience& patience)
    {
        int ends[2];
        if (::pipe(ends) != 0)
            return base::failure({ base::ErrorCode::InputOutput, "look up", target.host, std::strerror(errno), "" });
        auto lookup = std::make_shared<Lookup>();
        lookup->readEnd = Descriptor(ends[0]);
        lookup->writeEnd = Descriptor(ends[1]);
        for (const int end : ends)
            ::fcntl(end, F_SETFD, FD_CLOEXEC);
        std::thread([lookup, target] {
            Answer answer = lookUp(target, AI_ADDRCONFIG);
            const std::lock_guard lock(lookup->mutex);
            lookup->answer = std::move(answer);
            lookup->writeEnd = Descriptor();
        }).detach();
        while (true) {
            pollfd polled[2] { { patience.stop.descriptor(), POLLIN, 0 }, { lookup->readEnd.value(), POLLIN, 0 } };
            ::poll(polled, 2, patience.pollMilliseconds());
            const std::lock_guard lock(lookup->mutex);
            if (lookup->answer)
                return std::move(*lookup->answer);
            if (patience.stop.isRaised())
                return base::failure({ base::ErrorCode::Cancelled, "look up", target.host, "cancelled", "" });
            if (patience.isOver())
                return base::failure({ base::ErrorCode::NameNotResolved, "look up", target.host,
                    "the resolver gave no answer in time", "Look at this machine's DNS servers." });
        }
    }

}

std::string SocketAddress::text() const
{
    char host[NI_MAXHOST] = {};
    char port[NI_MAXSERV] = {};
    ::getnameinfo(reinterpret_cast<const sockaddr*>(&storage), size, host, sizeof host, port, sizeof port,
        NI_NUMERICHOST | NI_NUMERICSERV);
    const std::string name = host;
    return (name.find(':') == std::string::npos ? name : "[" + name + "]") + ":" + port;
}

base::Result<std::vector<SocketAddress>> resolve(const TcpTarget& target, const Patience& patience)
{
    Answer numeric = lookUp(target, AI_NUMERICHOST);
    if (numeric.code == 0 && !numeric.addresses.empty())
        return numeric.addresses;
    const auto answer = lookUpInBackground(target, patience);
    if (!answer)
        return base::failure(answer.error());
    if (answer->code != 0 || answer->addresses.empty())
        return base::failure({ base::ErrorCode::NameNotResolved, "look up", target.host,
            answer->code ? ::gai_strerror(answer->code) : "no address", "Check the host's name and its DNS record." });
    return mixed(answer->addresses);
}

}
