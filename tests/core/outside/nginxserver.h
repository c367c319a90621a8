#pragma once

#include "core/base/ids.h"

#include <filesystem>
#include <string>
#include <sys/types.h>

namespace hopscope::test {

/// A real nginx on loopback, as the current user, in a folder of its own; gone with the object.
class NginxServer {
public:
    /// `http`: what stands inside its http block; listens must be on 127.0.0.1 or [::1].
    NginxServer(const std::filesystem::path& folder, const std::string& http, base::Port port);
    ~NginxServer();

    /// Whether it accepts connections (waits for that, at most five seconds).
    bool isUp() const;

private:
    pid_t m_pid = -1;
    base::Port m_port;
};

}
