#include "core/parse/ss.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using model::SocketKind;

TEST(SsTest, ReadsTcpListenerWithItsMasterProcess)
{
    const auto listeners = parseSsListeners(
        "tcp   LISTEN 3      511        0.0.0.0:80  0.0.0.0:* "
        "users:((\"nginx\",pid=43,fd=6),(\"nginx\",pid=42,fd=6),(\"nginx\",pid=44,fd=6))\n");
    ASSERT_EQ(listeners.size(), 1u);
    EXPECT_EQ(listeners[0].address, "0.0.0.0");
    EXPECT_EQ(listeners[0].port, 80);
    EXPECT_EQ(listeners[0].receiveQueue, 3u);
    EXPECT_EQ(listeners[0].backlog, 511u);
    EXPECT_EQ(listeners[0].pid, 42);
    EXPECT_EQ(listeners[0].process, "nginx");
    EXPECT_EQ(listeners[0].source.line, 1);
}

TEST(SsTest, ReadsUnixPathWithBlanks)
{
    const auto listeners = parseSsListeners(
        "u_str LISTEN 0      5      /run/my app.sock 46715       * 0 users:((\"python3\",pid=4315,fd=3))\n"
        "u_str LISTEN 0      5      @/abstract 46716       * 0    \n"
        "u_dgr UNCONN 0      0      /run/systemd/notify 12       * 0\n");
    ASSERT_EQ(listeners.size(), 2u);
    EXPECT_EQ(listeners[0].kind, SocketKind::Unix);
    EXPECT_EQ(listeners[0].path, "/run/my app.sock");
    EXPECT_EQ(listeners[0].pid, 4315);
    EXPECT_EQ(listeners[1].path, "@/abstract");
    EXPECT_EQ(listeners[1].pid, std::nullopt);
}

TEST(SsTest, ReadsEveryFormOfAddress)
{
    EXPECT_EQ(endpointOf("127.0.0.53%lo:53")->address, "127.0.0.53");
    EXPECT_EQ(endpointOf("[::1]:5432")->address, "::1");
    EXPECT_EQ(endpointOf("[fe80::1]%eth0:80")->address, "fe80::1");
    EXPECT_EQ(endpointOf("[fe80::1%eth0]:80")->address, "fe80::1");
    EXPECT_EQ(endpointOf("*:443")->address, "*");
    EXPECT_EQ(endpointOf(":::80")->address, "::");
    EXPECT_EQ(endpointOf("[::ffff:10.1.0.3]:80")->address, "10.1.0.3");
    EXPECT_EQ(endpointOf("0.0.0.0:*")->port, 0);
    EXPECT_FALSE(endpointOf("0.0.0.0:70000"));
    EXPECT_FALSE(endpointOf("nonsense"));
}

TEST(SsTest, SkipsHeadersAndGarbage)
{
    EXPECT_TRUE(parseSsListeners("Netid State  Recv-Q Send-Q Local Address:Port\n\xff\xfe\ntcp LISTEN\ntcp LISTEN 0 5\n")
                    .empty());
}

TEST(SsTest, ReadsConnectionsWithAndWithoutState)
{
    const auto connections = parseSsConnections(
        "ESTAB      0      0      10.1.0.2:41000 10.1.0.3:3000 users:((\"nginx\",pid=7,fd=9))\n"
        "SYN-SENT   0      1      10.1.0.2:41002 10.1.0.3:3000\n"
        "0      0      127.0.0.1:5000 127.0.0.1:6000\n"
        "@@ time-wait\n"
        "200 10.1.0.3:3000\n");
    ASSERT_EQ(connections.size(), 3u);
    EXPECT_EQ(connections[0].state, "ESTAB");
    EXPECT_EQ(connections[0].remotePort, 3000);
    EXPECT_EQ(connections[0].pid, 7);
    EXPECT_EQ(connections[1].state, "SYN-SENT");
    EXPECT_EQ(connections[2].localPort, 5000);
    EXPECT_EQ(connections[2].state, "ESTAB");
}


TEST(SsTest, ReadsHowLongAgoDataWentAndCame)
{
    const auto connections = parseSsConnections(
        "ESTAB 0 0 10.1.0.3:41000 10.1.0.4:5432 users:((\"node\",pid=7,fd=9)) lastsnd:4120 lastrcv:4130\n"
        "ESTAB 0 0 10.1.0.3:41002 10.1.0.4:5432 users:((\"node\",pid=7,fd=9)) lastrcv:12\n"
        "ESTAB 0 0 10.1.0.3:41004 10.1.0.4:5432 users:((\"node\",pid=7,fd=9))\n"
        "ESTAB 0 0 10.1.0.3:41006 10.1.0.4:5432 users:((\"node\",pid=7,fd=9)) bytes_acked:94 lastsnd:900 lastrcv:900\n"
        "ESTAB 0 0 10.1.0.3:41008 10.1.0.4:5432 bytes_acked:94 bytes_received:9 lastsnd:900 lastrcv:900 lastack:860\n"
        "ESTAB 0 0 10.1.0.3:41010 10.1.0.4:5432 bytes_acked:94 bytes_received:9 lastsnd:900 lastrcv:900 lastack:900\n");
    ASSERT_EQ(connections.size(), 6u);
    EXPECT_EQ(connections[0].sentAgo, base::Milliseconds(4120));
    EXPECT_EQ(connections[0].receivedAgo, base::Milliseconds(4130));
    EXPECT_EQ(connections[0].pid, 7);
    EXPECT_EQ(connections[1].sentAgo, base::Milliseconds(0));
    EXPECT_FALSE(connections[2].sentAgo);
    EXPECT_EQ(connections[3].sentAgo, base::Milliseconds(900));
    EXPECT_FALSE(connections[3].receivedAgo) << "nothing came yet";
    EXPECT_GT(connections[4].receivedAgo, connections[4].sentAgo) << "acknowledged, not answered";
    EXPECT_EQ(connections[5].receivedAgo, connections[5].sentAgo) << "answered within the tick";
}

}
}
