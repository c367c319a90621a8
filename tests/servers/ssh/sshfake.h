#pragma once

#include "tests/servers/ssh/tcpfake.h"

#include <memory>
#include <string>

namespace hopscope::test {

/// An SSH server (libssh's) that misbehaves at one point, or asks what an sshd without PAM does not. It runs no
/// shell: where a login succeeds, the shell request is refused, which is how a test sees that.
class SshFake {
public:
    enum class Behaviour {
        AsksPassword,            ///< "open sesame"
        AsksKeyboardInteractive, ///< two prompts: "open sesame" and "123456"
        AsksKeyThenKeyboard,     ///< any key, and the prompts after it
        HangsAtLogin,
        HangsAfterLogin,
        RefusesChannel,
        RefusesShell,
        FloodsOutput, ///< both streams, without end
        EndsShellAtOnce,
        DropsDuringShell,
    };
    SshFake(Behaviour behaviour, const std::string& hostKeyFile);

    unsigned short port() const { return m_listener.port(); }

private:
    TcpFake m_listener;
};

}
