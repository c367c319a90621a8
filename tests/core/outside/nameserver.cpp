#include "nameserver.h"

#include <arpa/inet.h>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <string>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

namespace hopscope::test {
namespace {

    void must(bool isDone, const char* what)
    {
        if (isDone)
            return;
        std::perror(what);
        std::abort();
    }

    void replace(const std::filesystem::path& folder, const char* path, const char* text)
    {
        const auto file = folder / std::filesystem::path(path).filename();
        std::ofstream(file) << text;
        // What is a link (systemd-resolved's, say) is covered where it leads.
        must(::mount(file.c_str(), std::filesystem::canonical(path).c_str(), nullptr, MS_BIND, nullptr) == 0, path);
    }

    /// The dotted name of a question that begins at the message's 12th byte; `end` gets the place behind it.
    std::string nameIn(const std::string& message, std::size_t& end)
    {
        std::string name;
        for (end = 12; end < message.size() && message[end] != 0; end += std::size_t(message[end]) + 1)
            name += (name.empty() ? "" : ".") + message.substr(end + 1, std::size_t(message[end]));
        ++end;
        return name;
    }

    std::string reply(const std::string& question)
    {
        std::size_t end = 0;
        const std::string name = nameIn(question, end);
        const bool asksIpv4 = question[end + 1] == 1;
        if (name == "silent.test")
            return {};
        const char code = name == "broken.test" ? 2 : name == "a.test" || name == "alias.test" ? 0 : 3;
        const std::string address("\0\1\0\1\0\0\0\x3c\0\4\x7f\0\0\1", 14);
        const std::string alias("\xc0\x0c\0\5\0\1\0\0\0\x3c\0\x08\1b\4test\0", 20);
        std::string records;
        char count = 0;
        if (name == "alias.test") {
            records += alias;
            ++count;
        }
        if (code == 0 && asksIpv4) {
            records += name == "alias.test" ? std::string("\1b\4test\0", 8) + address : std::string("\xc0\x0c", 2) + address;
            ++count;
        }
        return question.substr(0, 2) + "\x81" + char(0x80 | code) + std::string("\0\1\0", 3) + count + std::string("\0\0\0\0", 4)
            + question.substr(12, end + 4 - 12) + records;
    }

}

void enterOwnNetwork(const std::filesystem::path& folder, const char* hosts)
{
    const bool isRoot = ::geteuid() == 0;
    const uid_t user = ::geteuid();
    must(::unshare(CLONE_NEWNET | CLONE_NEWNS | (isRoot ? 0 : CLONE_NEWUSER)) == 0, "unshare");
    if (!isRoot)
        std::ofstream("/proc/self/uid_map") << "0 " << user << " 1";
    must(::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0, "mount");
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    ifreq loopback {};
    std::strcpy(loopback.ifr_name, "lo");
    loopback.ifr_flags = IFF_UP | IFF_RUNNING;
    must(::ioctl(socket, SIOCSIFFLAGS, &loopback) == 0, "lo up");
    ::close(socket);
    replace(folder, "/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
    replace(folder, "/etc/nsswitch.conf", "hosts: files dns\n");
    replace(folder, "/etc/hosts", hosts);
}

NameServer::NameServer()
{
    m_socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(53);
    must(::bind(m_socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0, "bind 127.0.0.1:53");
    m_thread = std::thread([this] { serve(); });
}

NameServer::~NameServer()
{
    ::shutdown(m_socket, SHUT_RDWR); // wakes the reader, though the socket has no peer
    m_thread.join();
    ::close(m_socket);
}

void NameServer::serve() const
{
    for (;;) {
        char buffer[1500];
        sockaddr_in from {};
        socklen_t size = sizeof from;
        const ssize_t count = ::recvfrom(m_socket, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
        if (count <= 0)
            return;
        const std::string answer = reply(std::string(buffer, std::size_t(count)));
        if (!answer.empty())
            (void)!::sendto(m_socket, answer.data(), answer.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
    }
}

}
