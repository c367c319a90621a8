#include "core/ssh/tcp.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>


using namespace hopscope;
using namespace std::chrono_literals;
using testing::HasSubstr;

namespace {

class Tcp : public testing::Test {
protected:
    /// A listener on 127.0.0.1 only.
    Tcp()
        : m_listener(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(m_listener.value(), reinterpret_cast<sockaddr*>(&address), size);
        ::listen(m_listener.value(), 4);
        ::getsockname(m_listener.value(), reinterpret_cast<sockaddr*>(&address), &size);
        m_port = ntohs(address.sin_port);
    }
    base::Result<ssh::TcpConnection> connect(const ssh::TcpTarget& target, std::chrono::milliseconds time = 10s)
    {
        const exec::StopSignal stop({});
        return ssh::connectTcp(target, { stop, std::chrono::steady_clock::now() + time });
    }

    ssh::Descriptor m_listener;
    unsigned short m_port = 0;
};

TEST_F(Tcp, ConnectsToAnAddressWithoutAsking)
{
    const auto connected = connect({ "127.0.0.1", m_port, "" });
    ASSERT_TRUE(connected);
    EXPECT_EQ(connected->address, "127.0.0.1:" + std::to_string(m_port));
}

TEST_F(Tcp, ConnectsToTheAddressOfANameThatAnswers)
{
    // localhost is ::1 too on most machines, where nobody listens.
    const auto connected = connect({ "localhost", m_port, "" });
    ASSERT_TRUE(connected) << connected.error().text();
    EXPECT_EQ(connected->address, "127.0.0.1:" + std::to_string(m_port));
}

TEST_F(Tcp, NamesEveryAddressThatWasTried)
{
    const auto port = test::freePort();
    const auto failed = connect({ "127.0.0.1", port, "" });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, base::ErrorCode::ConnectionRefused);
    EXPECT_THAT(failed.error().detail, HasSubstr("127.0.0.1:" + std::to_string(port) + ": Connection refused"));
}

TEST_F(Tcp, KeepsToTheAddressFamilyThatIsAskedFor)
{
    EXPECT_FALSE(connect({ "127.0.0.1", m_port, "inet6" }));
    EXPECT_TRUE(connect({ "127.0.0.1", m_port, "inet" }));
}

TEST_F(Tcp, SaysThatANameDoesNotResolve)
{
    const auto failed = connect({ "no such name", m_port, "" });
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().code, base::ErrorCode::NameNotResolved);
}

TEST_F(Tcp, StopsBeforeItBegins)
{
    std::stop_source source;
    source.request_stop();
    const exec::StopSignal stop(source.get_token());
    const auto failed = ssh::connectTcp({ "no-such-host.invalid", m_port, "" }, { stop, std::chrono::steady_clock::now() + 10s });
    ASSERT_FALSE(failed);
    EXPECT_THAT((std::vector { base::ErrorCode::Cancelled, base::ErrorCode::NameNotResolved }),
        testing::Contains(failed.error().code));
}

}
