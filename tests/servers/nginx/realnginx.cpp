#include "realnginx.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace hopscope::test {

namespace {
void replaceAll(std::string& text, const std::string& what, const std::string& with)
{
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

std::string makeFolder()
{
    std::string pattern = (std::filesystem::temp_directory_path() / "hopscope-nginx-XXXXXX").string();
    if (!mkdtemp(pattern.data()))
        throw std::runtime_error("cannot make a folder");
    return pattern;
}
}

RealNginx::RealNginx(std::string configuration, const std::vector<std::string>& files)
    : m_folder(makeFolder())
    , m_root(m_folder + "/root")
    , m_configuration(std::move(configuration))
    , m_first(listenAnywhere())
    , m_second(listenAnywhere())
{
    std::filesystem::create_directories(m_root);
    std::filesystem::permissions(m_folder, std::filesystem::perms(0755));
    for (const std::string& file : files) {
        std::filesystem::create_directories(std::filesystem::path(m_root + "/" + file).parent_path());
        if (!file.ends_with('/'))
            std::ofstream(m_root + "/" + file) << "file " << file;
    }
    const bool usesSecond = m_configuration.find("%P2") != std::string::npos;
    replaceAll(m_configuration, "%P1", std::to_string(m_first.port()));
    replaceAll(m_configuration, "%P2", std::to_string(m_second.port()));
    replaceAll(m_configuration, "%ROOT", m_root);
    const std::string path = m_folder + "/nginx.conf";
    std::ofstream(path) << m_configuration;
    // nginx takes over listening sockets named by this variable, as on an upgrade of its binary: so they are open
    // before it runs, and nobody has to wait for it.
    std::string inherited = "NGINX=" + std::to_string(m_first.descriptor()) + ";";
    if (usesSecond)
        inherited += std::to_string(m_second.descriptor()) + ";";
    for (const Socket* socket : { &m_first, &m_second })
        fcntl(socket->descriptor(), F_SETFL, O_NONBLOCK); // as nginx's own are
    m_pid = fork();
    if (m_pid < 0)
        throw std::runtime_error("cannot start nginx");
    if (m_pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        const int log = open((m_folder + "/error.log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
        dup2(log, STDERR_FILENO);
        const std::string settings = "daemon off; worker_processes 1; pid " + m_folder + "/nginx.pid;";
        std::string environment = inherited;
        char* const variables[] = { environment.data(), nullptr };
        const char* const arguments[]
            = { "nginx", "-p", m_folder.c_str(), "-c", path.c_str(), "-e", "stderr", "-g", settings.c_str(), nullptr };
        for (const char* program : { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" })
            execve(program, const_cast<char* const*>(arguments), variables);
        _exit(127);
    }
}

RealNginx::~RealNginx()
{
    kill(m_pid, SIGTERM);
    waitpid(m_pid, nullptr, 0);
    std::error_code ignored;
    std::filesystem::remove_all(m_folder, ignored);
}

std::string RealNginx::errors() const
{
    std::ifstream file(m_folder + "/error.log");
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

RealNginx::Reply RealNginx::get(
    const std::string& address, int portNumber, const std::string& host, const std::string& target) const
{
    const Socket connection = connectTo(address, port(portNumber));
    connection.send("GET " + target + " HTTP/1.0\r\nHost: " + host + "\r\n\r\n");
    const std::string bytes = connection.receiveAll();
    Reply reply;
    if (bytes.size() > 12)
        reply.status = std::atoi(bytes.c_str() + 9);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (const std::size_t at = bytes.find("\r\nLocation: "); at < end)
        reply.location = bytes.substr(at + 12, bytes.find('\r', at + 2) - at - 12);
    if (end != std::string::npos)
        reply.body = bytes.substr(end + 4);
    return reply;
}

}
