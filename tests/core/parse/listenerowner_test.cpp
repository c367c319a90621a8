#include "core/parse/listenerowner.h"

#include "core/parse/ss.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

constexpr const char* seenWithoutRoot
    = "tcp   LISTEN 0      511    127.0.0.1:3030   0.0.0.0:*  uid:998 ino:1234 sk:1 <->\n"
      "tcp   LISTEN 0      511    0.0.0.0:80       0.0.0.0:*  ino:77 sk:2 cgroup:/system.slice/nginx.service <->\n"
      "@@ passwd\nroot:0\nquiz:998\n";

model::Process process(int pid, const std::string& user, const std::string& name, const std::string& unit)
{
    model::Process process;
    process.pid = pid;
    process.user = user;
    process.name = name;
    process.unit = unit;
    return process;
}

TEST(SsExtended, GivesUserAndControlGroupOfASocketWithoutProcess)
{
    const auto listeners = parseSsListeners(seenWithoutRoot);
    ASSERT_EQ(listeners.size(), 2U);
    EXPECT_EQ(listeners[0].user, "quiz");
    EXPECT_EQ(listeners[0].unit, "");
    EXPECT_EQ(listeners[1].user, "");
    EXPECT_EQ(listeners[1].unit, "nginx.service");
    EXPECT_FALSE(listeners[0].pid);
}

TEST(ListenerOwner, IsTheMainProcessOfTheOnlyServiceOfTheSocketsUser)
{
    model::HostFacts host;
    host.listeners = parseSsListeners(seenWithoutRoot);
    host.processes = { process(41, "quiz", "node", "quiz.service"), process(40, "quiz", "node", "quiz.service"),
        process(12, "root", "nginx", "nginx.service") };
    nameListenersOwners(host);
    EXPECT_EQ(host.listeners[0].pid, 40);
    EXPECT_EQ(host.listeners[0].process, "node");
    EXPECT_EQ(host.listeners[1].pid, 12);
}

TEST(ListenerOwner, IsNobodyWhereTwoServicesRunAsThatUser)
{
    model::HostFacts host;
    host.listeners = parseSsListeners(seenWithoutRoot);
    host.processes
        = { process(40, "quiz", "node", "quiz.service"), process(50, "quiz", "python3", "quiz-mailer.service") };
    nameListenersOwners(host);
    EXPECT_FALSE(host.listeners[0].pid);
}

TEST(ListenerOwner, LeavesASeenProcessAlone)
{
    model::HostFacts host;
    host.listeners = parseSsListeners(seenWithoutRoot);
    host.listeners[0].pid = 7;
    host.processes = { process(40, "quiz", "node", "quiz.service") };
    nameListenersOwners(host);
    EXPECT_EQ(host.listeners[0].pid, 7);
}

}
}
