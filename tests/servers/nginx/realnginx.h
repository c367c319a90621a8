#pragma once

#include "tests/support/socket.h"

#include <string>
#include <sys/types.h>
#include <vector>

namespace hopscope::test {

/// The machine's nginx with a configuration of ours, in a folder of its own, on ports that we opened for it.
class RealNginx {
public:
    /// `%P1` and `%P2` in the text become the ports of two sockets that listen on every address; `%ROOT` a folder with
    /// the given files (each "a/b.html" or, for a folder, "a/").
    RealNginx(std::string configuration, const std::vector<std::string>& files);
    ~RealNginx();
    RealNginx(const RealNginx&) = delete;
    RealNginx& operator=(const RealNginx&) = delete;

    std::uint16_t port(int number) const { return number == 1 ? m_first.port() : m_second.port(); }
    const std::string& configuration() const { return m_configuration; } ///< with everything filled in
    const std::string& root() const { return m_root; }
    std::string errors() const; ///< what nginx logged

    struct Reply {
        int status = 0;
        std::string location;
        std::string body;
    };
    Reply get(const std::string& address, int portNumber, const std::string& host, const std::string& target) const;

private:
    std::string m_folder;
    std::string m_root;
    std::string m_configuration;
    Socket m_first;
    Socket m_second;
    pid_t m_pid = -1;
};

}
