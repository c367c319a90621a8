#include "nginxserver.h"

#include <arpa/inet.h>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace hopscope::test {

NginxServer::NginxServer(const std::filesystem::path& folder, const std::string& http, base::Port port)
    : m_port(port)
{
    std::filesystem::create_directories(folder);
    const std::filesystem::path file = folder / "nginx.conf";
    std::ofstream(file) << "daemon off; master_process off; pid " << (folder / "pid").string() << "; error_log "
                        << (folder / "error.log").string() << " info;\nevents { worker_connections 64; }\nhttp {\n"
                        << "access_log off;\nclient_body_temp_path " << folder.string() << "/body; proxy_temp_path "
                        << folder.string() << "/proxy; fastcgi_temp_path " << folder.string() << "/fastcgi; uwsgi_temp_path "
                        << folder.string() << "/uwsgi; scgi_temp_path " << folder.string() << "/scgi;\n"
                        << http << "\n}\n";
    m_pid = ::fork();
    if (m_pid == 0) {
        const int log = ::open((folder / "stderr").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
        ::dup2(log, 2);
        const char* path = ::getenv("PATH");
        ::setenv("PATH", (std::string(path ? path : "") + ":/usr/sbin:/sbin").c_str(), 1);
        ::execlp("nginx", "nginx", "-p", folder.c_str(), "-c", file.c_str(), static_cast<char*>(nullptr));
        ::_exit(127);
    }
}

NginxServer::~NginxServer()
{
    ::kill(m_pid, SIGTERM);
    ::waitpid(m_pid, nullptr, 0);
}

bool NginxServer::isUp() const
{
    using Clock = std::chrono::steady_clock;
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(m_port);
    for (const auto end = Clock::now() + std::chrono::seconds(5); Clock::now() < end;) {
        const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const bool isConnected = ::connect(socket, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(socket);
        if (isConnected)
            return true;
        siginfo_t gone {};
        // Left to be collected by the destructor: until then the process id stays ours.
        if (::waitid(P_PID, id_t(m_pid), &gone, WEXITED | WNOHANG | WNOWAIT) == 0 && gone.si_pid == m_pid)
            return false;
        ::poll(nullptr, 0, 5); // until it listens; there is nothing to be notified by
    }
    return false;
}

}
