#include "app/demo/demooutage.h"

#include "app/demo/programs.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace hopscope;
using testing::HasSubstr;
using testing::IsEmpty;

namespace {

/// A directory of the test's own, so that it sees what a demo leaves behind.
class DemoOutageTest : public testing::Test {
protected:
    DemoOutageTest()
        : m_parent((std::filesystem::temp_directory_path() / "hopscope-test-XXXXXX").string())
    {
        EXPECT_NE(mkdtemp(m_parent.data()), nullptr);
    }
    ~DemoOutageTest() override
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_parent, ignored);
    }

    std::vector<std::string> leftovers() const
    {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(m_parent))
            names.push_back(entry.path().filename());
        return names;
    }

    /// Command lines of live processes that mention the test's directory.
    std::vector<std::string> processes() const
    {
        std::vector<std::string> found;
        std::error_code ignored;
        for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
            std::ifstream file(entry.path() / "cmdline");
            std::stringstream line;
            line << file.rdbuf();
            if (line.str().find(m_parent) != std::string::npos)
                found.push_back(line.str());
        }
        return found;
    }

    bool becomesClean() const
    {
        for (int tries = 0; tries < 400; ++tries) {
            if (leftovers().empty() && processes().empty())
                return true;
            poll(nullptr, 0, 20);
        }
        return false;
    }

    std::string m_parent;
};

int portOf(const std::string& url) { return std::stoi(url.substr(url.rfind(':') + 1)); }

/// What a visitor gets: everything the server sent to a plain GET, or "" when it can't be reached.
std::string visit(int port)
{
    const int client = socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address {};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string reply;
    if (connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        const std::string request = "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        EXPECT_EQ(write(client, request.data(), request.size()), static_cast<ssize_t>(request.size()));
        char buffer[4096];
        for (ssize_t size = 0; (size = read(client, buffer, sizeof buffer)) > 0;)
            reply.append(buffer, static_cast<std::size_t>(size));
    }
    close(client);
    return reply;
}

struct Expected {
    std::string fault;
    std::string statusLine;
    std::string log; ///< in nginx's error log; empty: nothing is logged
};

void PrintTo(const Expected& each, std::ostream* out) { *out << each.fault; }

class DemoFault : public DemoOutageTest, public testing::WithParamInterface<Expected> { };

TEST_P(DemoFault, ShowsAVisitorItsErrorAndLeavesNothing)
{
    {
        const auto demo = demo::DemoOutage::start(GetParam().fault, m_parent);
        ASSERT_TRUE(demo.has_value()) << demo.error().text();
        EXPECT_THAT(visit(portOf(demo->get()->profile().url)), HasSubstr(GetParam().statusLine));

        std::ifstream file(demo->get()->directory() + "/logs/nginx-error.log");
        std::stringstream log;
        log << file.rdbuf();
        if (GetParam().log.empty())
            EXPECT_THAT(log.str(), Not(HasSubstr("[error]")));
        else
            EXPECT_THAT(log.str(), HasSubstr(GetParam().log));
    }
    EXPECT_TRUE(becomesClean()) << testing::PrintToString(leftovers()) << testing::PrintToString(processes());
}

INSTANTIATE_TEST_SUITE_P(All, DemoFault,
    testing::Values(Expected { "none", "HTTP/1.1 200", "" },
        Expected { "app-stopped", "HTTP/1.1 502", "(111: Connection refused)" },
        Expected { "wrong-port", "HTTP/1.1 502", "(111: Connection refused)" },
        Expected { "crash-on-request", "HTTP/1.1 502", "upstream prematurely closed connection" },
        Expected { "hangs", "HTTP/1.1 504", "(110: Connection timed out) while reading" },
        Expected { "slow-answer", "HTTP/1.1 504", "(110: Connection timed out) while reading" },
        Expected { "socket-missing", "HTTP/1.1 502", "(2: No such file or directory)" }),
    [](const auto& parameter) {
        std::string name = parameter.param.fault;
        std::erase(name, '-');
        return name;
    });

TEST_F(DemoOutageTest, ListsEveryFaultOnceAndHasATestForEach)
{
    std::set<std::string> names;
    for (const demo::Fault& fault : demo::faults()) {
        EXPECT_TRUE(names.insert(fault.name).second) << fault.name;
        EXPECT_FALSE(fault.description.empty()) << fault.name;
    }
    EXPECT_EQ(names,
        (std::set<std::string> { "none", "app-stopped", "wrong-port", "crash-on-request", "hangs", "slow-answer",
            "socket-missing" }));
}

TEST_F(DemoOutageTest, LetsTheProfilesUserLogInWithItsOwnKeyOnly)
{
    const auto demo = demo::DemoOutage::start("none", m_parent);
    ASSERT_TRUE(demo.has_value()) << demo.error().text();
    const auto& host = demo->get()->profile().hosts.at(0).ssh;
    const auto& options = demo->get()->sshOptions();
    const std::string login = "ssh -F " + options.configFile + " -o UserKnownHostsFile=" + options.knownHostsFile
        + " -o BatchMode=yes -o IdentitiesOnly=yes -p " + std::to_string(*host.port) + " -l " + host.user;
    EXPECT_EQ(std::system((login + " -i " + host.identityFile + " 127.0.0.1 true").c_str()), 0);
    EXPECT_NE(std::system((login + " -i /dev/null 127.0.0.1 true 2>/dev/null").c_str()), 0);
}

TEST_F(DemoOutageTest, KeepsItsDirectoryToItself)
{
    const auto demo = demo::DemoOutage::start("none", m_parent);
    ASSERT_TRUE(demo.has_value()) << demo.error().text();
    EXPECT_EQ(std::filesystem::status(demo->get()->directory()).permissions(), std::filesystem::perms::owner_all);
}

TEST_F(DemoOutageTest, EndsWithAnOwnerThatIsKilled)
{
    int answer[2];
    ASSERT_EQ(pipe(answer), 0);
    const pid_t owner = fork();
    if (owner == 0) {
        const auto demo = demo::DemoOutage::start("app-stopped", m_parent);
        const char up = demo.has_value() ? 'y' : 'n';
        [[maybe_unused]] const ssize_t written = write(answer[1], &up, 1);
        pause();
        _exit(0);
    }
    char up = 0;
    ASSERT_EQ(read(answer[0], &up, 1), 1);
    EXPECT_EQ(up, 'y');
    EXPECT_THAT(processes(), Not(IsEmpty()));
    kill(owner, SIGKILL);
    waitpid(owner, nullptr, 0);
    EXPECT_TRUE(becomesClean()) << testing::PrintToString(leftovers()) << testing::PrintToString(processes());
    close(answer[0]);
    close(answer[1]);
}

TEST_F(DemoOutageTest, ClearsAwayWhatAKilledKeeperLeft)
{
    std::string left;
    {
        const auto demo = demo::DemoOutage::start("none", m_parent);
        ASSERT_TRUE(demo.has_value()) << demo.error().text();
        left = demo->get()->directory();
        std::ifstream state(left + "/run/keeper.json");
        std::string text;
        std::getline(state, text);
        const int keeper = std::stoi(text.substr(text.find('[') + 1));
        ASSERT_GT(keeper, 1);
        kill(keeper, SIGKILL);
    }
    EXPECT_TRUE(std::filesystem::exists(left));
    const auto next = demo::DemoOutage::start("none", m_parent);
    ASSERT_TRUE(next.has_value()) << next.error().text();
    EXPECT_FALSE(std::filesystem::exists(left));
    for (const std::string& line : processes())
        EXPECT_THAT(line, Not(HasSubstr(left)));
}

TEST_F(DemoOutageTest, RefusesAnUnknownFaultWithoutStartingAnything)
{
    const auto demo = demo::DemoOutage::start("meteor", m_parent);
    ASSERT_FALSE(demo.has_value());
    EXPECT_EQ(demo.error().code, base::ErrorCode::InvalidArgument);
    EXPECT_THAT(demo.error().text(), HasSubstr("meteor"));
    EXPECT_THAT(leftovers(), IsEmpty());
}

TEST_F(DemoOutageTest, SaysWhatIsMissingWhenTheDirectoryCannotBeUsed)
{
    const auto demo = demo::DemoOutage::start("none", m_parent + "/absent");
    ASSERT_FALSE(demo.has_value());
    EXPECT_THAT(demo.error().text(), HasSubstr(m_parent + "/absent"));
}

}
