#pragma once

#include "core/ssh/libssh.h"
#include "core/ssh/patience.h"
#include "core/ssh/tcp.h"

#include <memory>
#include <string>
#include <vector>

namespace hopscope::ssh {

class Tunnel;

/// One SSH connection: a libssh session over a descriptor of ours, perhaps through a tunnel over another link. Used
/// from one thread only. Nothing in it blocks but wait().
class Link {
public:
    /// Takes the descriptor; `through` where it is the near end of a tunnel.
    Link(Descriptor descriptor, std::unique_ptr<Tunnel> through);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    ssh_session session() const { return m_session.get(); }
    int descriptor() const { return m_descriptor; }
    std::string lastError() const; ///< libssh's words for what failed last

    /// Waits until this connection, or a tunnel below it, may have something new. Errors: Cancelled, TimedOut.
    base::Result<void> wait(const Patience& patience);

    /// Repeats a non-blocking libssh call until it says something else than `again`.
    template <class Call> base::Result<int> drive(int again, const Patience& patience, Call&& call)
    {
        while (true) {
            const int code = call();
            if (code != again)
                return code;
            if (const auto waited = wait(patience); !waited)
                return base::failure(waited.error());
        }
    }

private:
    friend class Tunnel;
    struct Polled;
    void collect(std::vector<Polled>& polled);

    std::unique_ptr<Tunnel> m_through; ///< outlives the session that runs over it
    SessionHandle m_session;
    int m_descriptor;
};

/// A forward channel of one link, as a socket for the next one. Moves bytes only while somebody waits on a link above.
class Tunnel {
public:
    /// Connects to host:port from the other end of `link`, which it keeps. The near end is left in `nearEnd`.
    static base::Result<std::unique_ptr<Tunnel>> open(std::unique_ptr<Link> link, const TcpTarget& target,
        const Patience& patience, Descriptor& nearEnd);
    ~Tunnel();

    /// Moves what can be moved at once.
    void pump();
    Link& link() { return *m_link; }
    int farEnd() const { return m_farEnd.value(); }
    short wantedEvents() const;

private:
    Tunnel(std::unique_ptr<Link> link, ChannelHandle channel, Descriptor farEnd);
    bool pumpInward();
    bool pumpOutward();

    std::unique_ptr<Link> m_link;
    ChannelHandle m_channel;
    Descriptor m_farEnd;
    std::string m_inward;  ///< from the channel, for the socket
    std::string m_outward; ///< from the socket, for the channel
    bool m_hasInwardEnded = false;
    bool m_hasOutwardEnded = false;
};

}
