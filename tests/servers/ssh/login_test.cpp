#include "tests/servers/ssh/fixture.h"

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class Login : public SshTest { };

TEST_F(Login, WorksWithAnEd25519Key)
{
    const Sshd server;
    expectWorks(hostFor(server), settingsFor(server));
}

}
