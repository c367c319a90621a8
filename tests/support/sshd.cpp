#include "tests/support/sshd.h"

#include <fstream>
#include <sstream>
#include <vector>
#include <stdexcept>

#include <pwd.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

namespace hopscope::test {

void makeKey(
    const std::string& path, const std::string& type, const std::string& passphrase, const std::string& format)
{
    std::vector<std::string> words { "ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", path, "-C", "test key" };
    if (type == "rsa")
        words.insert(words.end(), { "-b", "2048" });
    if (!format.empty())
        words.insert(words.end(), { "-m", format });
    outputOf(words);
}

Sshd::Sshd()
    : Sshd(Options {})
{
}

Sshd::Sshd(Options options)
{
    const passwd* const entry = ::getpwuid(::getuid());
    m_user = entry ? entry->pw_name : "root";
    m_identity = m_folder.file("identity");
    makeKey(m_identity, "ed25519");
    authorize(contentOf(m_identity + ".pub"));
    for (int attempt = 0; attempt < 5; ++attempt) {
        start(options);
        if (waitForPort(m_port) && m_process->isRunning())
            break;
        m_process.reset();
    }
    if (!m_process)
        throw std::runtime_error("sshd does not start: " + log());
    std::string known;
    for (const std::string& type : options.hostKeyTypes)
        known += "[127.0.0.1]:" + std::to_string(m_port) + " " + hostKey(type) + "\n";
    m_knownHosts = m_folder.write("known_hosts", known);
    m_sshConfig = m_folder.write("ssh_config",
        "Host server\n  HostName 127.0.0.1\n  Port " + std::to_string(m_port) + "\n  User " + m_user + "\n  IdentityFile "
            + m_identity + "\n  IdentitiesOnly yes\n  UserKnownHostsFile " + m_knownHosts + "\n");
}

void Sshd::start(const Options& options)
{
    m_port = freePort();
    std::string config = options.config + "\n";
    config += "ListenAddress 127.0.0.1:" + std::to_string(m_port) + "\n";
    config += "PidFile none\nUsePAM no\nStrictModes no\nUseDNS no\nPrintMotd no\nLogLevel VERBOSE\n"
              "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin yes\n";
    config += "AuthorizedKeysFile " + m_folder.file("authorized_keys") + "\n";
    config += "SetEnv HOME=" + m_folder.path() + "\n"; // what this user's shell does at a login is no matter of the tests
    for (const std::string& type : options.hostKeyTypes) {
        const std::string key = m_folder.file("host_" + type);
        if (::access(key.c_str(), R_OK) != 0)
            makeKey(key, type);
        config += "HostKey " + key + "\n";
    }
    // As root, sshd insists on its empty folder for the unprivileged part.
    if (::getuid() == 0)
        ::mkdir("/run/sshd", 0755);
    m_process.emplace(std::vector<std::string> { "/usr/sbin/sshd", "-D", "-e", "-f", m_folder.write("sshd_config", config) },
        m_folder.file("sshd.log"));
}

std::string Sshd::hostKey(const std::string& type) const
{
    const std::string text = contentOf(m_folder.file("host_" + type + ".pub"));
    return text.substr(0, text.find(' ', text.find(' ') + 1));
}

void Sshd::authorize(const std::string& publicKey)
{
    std::ofstream(m_folder.file("authorized_keys"), std::ios::app) << publicKey << '\n';
}

void Sshd::stop()
{
    // Its sessions are sessions of their own for the kernel, and where the login is not root's each has a process below
    // its own: end them by their parents.
    if (m_process && m_process->isRunning()) {
        std::vector<pid_t> family { m_process->pid() };
        for (std::size_t i = 0; i < family.size(); ++i) {
            const std::string pid = std::to_string(family[i]);
            std::istringstream children(contentOf("/proc/" + pid + "/task/" + pid + "/children"));
            for (pid_t child = 0; children >> child;)
                family.push_back(child);
        }
        m_process->end();
        for (auto pid = family.begin() + 1; pid != family.end(); ++pid)
            ::kill(*pid, SIGKILL);
    }
}

}
