#pragma once

#include "core/discovery/proxy.h"
#include "tests/support/childprocess.h"
#include "tests/support/echobackend.h"

#include <memory>
#include <string>
#include <vector>

namespace hopscope::test {

/// One configuration and the requests to try on the real proxy and on our reading of it.
struct ProxyCase {
    std::string name;
    std::string configuration; ///< %P1 %P2 listening ports, %B the echo backend's, %D the folder
    struct Try {
        std::string host;
        std::string target;
        int port = 1;
        std::string address = "127.0.0.1";
    };
    std::vector<Try> tries;
    struct File {
        std::string path; ///< below the folder
        std::string text;
    };
    std::vector<File> files {};
};

void PrintTo(const ProxyCase& each, std::ostream* stream);

struct RealReply {
    int status = 0;
    std::string location;
    std::string body;
};

/// A real proxy with a configuration of ours, in a folder of its own, and the backend that it passes requests to.
class RealProxy {
public:
    /// `command` starts it in the foreground; %C in it is the configuration file.
    RealProxy(const ProxyCase& each, const std::string& before, std::vector<std::string> command);

    RealReply get(const ProxyCase::Try& request) const;
    /// The same request to our reading, with all of the folder's files.
    discovery::ProxyRoute ours(const ProxyCase::Try& request) const;
    std::string errors() const { return contentOf(m_folder.file("log")) + contentOf(m_folder.file("error.log")); }
    const std::vector<model::ConfigWarning>& warnings() const { return m_warnings; }
    void useSoftware(const std::string& software);
    /// Our reading of another configuration in place of the files'.
    void use(model::SoftwareConfig config);
    const std::string& configurationFile() const { return m_config.mainFile; }

private:
    std::string filled(std::string text) const;
    unsigned short port(int number) const { return number == 1 ? m_first : m_second; }

    EchoBackend m_backend;
    TemporaryFolder m_folder;
    unsigned short m_first;
    unsigned short m_second;
    model::SoftwareConfig m_config;
    std::unique_ptr<ChildProcess> m_process;
    std::unique_ptr<discovery::Proxy> m_ours;
    std::vector<model::ConfigWarning> m_warnings;
};

/// What the real one did, and what ours says, in the same words: "passed to 127.0.0.2 /path host", "redirects to /x", "403".
std::string answerOf(const RealReply& reply);
std::string predictionOf(const discovery::ProxyRoute& route);

}
