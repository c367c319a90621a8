#pragma once

#include <filesystem>
#include <functional>
#include <thread>

namespace hopscope::test {

/// Puts this process into a network of its own, with nothing but loopback, where 127.0.0.1:53 is the only DNS server and
/// `hosts` the hosts file. For a forked child; aborts where the system does not allow it.
void enterOwnNetwork(const std::filesystem::path& folder, const char* hosts);

/// The DNS server of such a network. It knows: a.test (127.0.0.1, no IPv6 address), alias.test (an alias of b.test),
/// missing.test (NXDOMAIN), broken.test (SERVFAIL), silent.test (no answer).
class NameServer {
public:
    NameServer();
    ~NameServer();

private:
    void serve() const;

    int m_socket = -1;
    std::thread m_thread;
};

}
