#include "tests/servers/ssh/fixture.h"
#include "tests/servers/ssh/sshfake.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <thread>

using namespace hopscope;
using namespace hopscope::test;
using namespace std::chrono_literals;

namespace {

/// A stop must end every wait at once, wherever it is.
class Cancel : public SshTest {
protected:
    /// The best of three, as this machine may be busy: from the request to the return.
    void expectQuick(const std::function<void(std::stop_token)>& work)
    {
        auto best = Clock::duration(1h);
        for (int attempt = 0; attempt < 3 && best > 50ms; ++attempt) {
            std::stop_source source;
            Clock::time_point asked;
            std::thread asker([&] {
                std::this_thread::sleep_for(400ms);
                asked = Clock::now();
                source.request_stop();
            });
            work(source.get_token());
            const auto returned = Clock::now();
            asker.join();
            ASSERT_GT(returned, asked) << "it ended by itself";
            best = std::min(best, returned - asked);
        }
        EXPECT_LT(best, 50ms);
    }
    void expectQuickOpen(unsigned short port)
    {
        if (::access(m_folder.file("mine").c_str(), F_OK) != 0)
            makeKey(m_folder.file("mine"), "ed25519");
        model::ProfileHost host;
        host.name = base::HostId("shop");
        host.ssh.host = "127.0.0.1";
        host.ssh.port = port;
        host.ssh.identityFile = m_folder.file("mine");
        ssh::SshSettings settings;
        settings.configFile = m_folder.write("config", "IdentityAgent none\n");
        settings.knownHostsFile = m_folder.file("known");
        settings.acceptNewHostKeys = true;
        expectQuick([&](std::stop_token stop) {
            auto commands = runner(host, settings);
            const auto session = commands->open(stop, Clock::now() + 20s);
            ASSERT_TRUE(session.error);
            EXPECT_EQ(session.error->code, base::ErrorCode::Cancelled) << session.error->text();
        });
    }
    void expectQuickWithFake(SshFake::Behaviour behaviour)
    {
        const std::string key = m_folder.file("host_key");
        makeKey(key, "ed25519");
        const SshFake server(behaviour, key);
        expectQuickOpen(server.port());
    }
};

TEST_F(Cancel, EndsAConnectThatGetsNoAnswer)
{
    // A listener whose queue is full drops further requests, as a firewall would.
    const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ASSERT_EQ(::bind(listener, reinterpret_cast<sockaddr*>(&address), size), 0);
    ASSERT_EQ(::listen(listener, 0), 0);
    ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size);
    std::vector<int> fillers;
    for (int i = 0; i < 4; ++i) {
        fillers.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        ::connect(fillers.back(), reinterpret_cast<sockaddr*>(&address), size);
    }
    expectQuickOpen(ntohs(address.sin_port));
    for (const int filler : fillers)
        ::close(filler);
    ::close(listener);
}

TEST_F(Cancel, EndsTheWaitForABanner)
{
    const TcpFake server(staySilent);
    expectQuickOpen(server.port());
}

TEST_F(Cancel, EndsTheWaitForTheKeyExchange)
{
    const TcpFake server(sayOnce("SSH-2.0-OpenSSH_9.2p1\r\n", false));
    expectQuickOpen(server.port());
}

TEST_F(Cancel, EndsALoginThatHangs) { expectQuickWithFake(SshFake::Behaviour::HangsAtLogin); }

TEST_F(Cancel, EndsAChannelThatDoesNotOpen) { expectQuickWithFake(SshFake::Behaviour::HangsAfterLogin); }

TEST_F(Cancel, EndsTheWaitForTheShell)
{
    Sshd::Options options;
    options.config = "ForceCommand sleep 30";
    const Sshd server(options);
    expectQuick([&](std::stop_token stop) {
        auto commands = runner(hostFor(server), settingsFor(server));
        const auto session = commands->open(stop, Clock::now() + 20s);
        ASSERT_TRUE(session.error);
        EXPECT_EQ(session.error->code, base::ErrorCode::Cancelled);
    });
}

TEST_F(Cancel, EndsARunningCheck)
{
    const Sshd server;
    const auto commands = runner(hostFor(server), settingsFor(server));
    ASSERT_FALSE(open(*commands).error);
    expectQuick([&](std::stop_token stop) {
        auto slow = check("sleep 20");
        slow.limit = 20s;
        std::size_t results = 0;
        commands->run({ slow, slow }, [&](model::CheckResult) { ++results; }, stop, Clock::now() + 30s);
        EXPECT_EQ(results, 2u);
    });
}

TEST_F(Cancel, EndsALoginThroughAJumpThatHangs)
{
    const TcpFake silent(staySilent);
    const Sshd edge;
    const auto jump = hostFor(edge, "edge");
    auto app = hostFor(edge, "app1");
    app.ssh.port = silent.port();
    app.ssh.jump = "edge";
    expectQuick([&](std::stop_token stop) {
        auto commands = runner(app, settingsFor(edge), { jump, app });
        const auto session = commands->open(stop, Clock::now() + 20s);
        ASSERT_TRUE(session.error);
        EXPECT_EQ(session.error->code, base::ErrorCode::Cancelled);
    });
}

}
