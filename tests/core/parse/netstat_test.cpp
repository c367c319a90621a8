#include "core/parse/netstat.h"
#include "core/parse/procnet.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

TEST(NetstatTest, ReadsItsTables)
{
    const std::string output
        = "@@ netstat\nActive Internet connections (servers and established)\n"
          "tcp        2      0 0.0.0.0:80              0.0.0.0:*               LISTEN      12/nginx: master\n"
          "tcp6       0      0 :::39999                :::*                    LISTEN      4315/python3        \n"
          "tcp        0      0 10.1.0.2:4000           10.1.0.3:3000           CLOSE_WAIT  -\n"
          "udp        0      0 127.0.0.1:53            0.0.0.0:*                           7/dns\n"
          "unix  2      [ ACC ]     STREAM     LISTENING     46715    4315/python3         /run/my app.sock\n";
    const auto listeners = parseOtherListeners(output);
    ASSERT_EQ(listeners.size(), 4u);
    EXPECT_EQ(listeners[0].pid, 12);
    EXPECT_EQ(listeners[0].process, "nginx");
    EXPECT_EQ(listeners[0].receiveQueue, 2u);
    EXPECT_EQ(listeners[1].address, "::");
    EXPECT_EQ(listeners[2].kind, model::SocketKind::Udp);
    EXPECT_EQ(listeners[3].path, "/run/my app.sock");
    EXPECT_EQ(listeners[3].pid, 4315);
    const auto connections = parseOtherConnections(output);
    ASSERT_EQ(connections.size(), 1u);
    EXPECT_EQ(connections[0].state, "CLOSE-WAIT");
    EXPECT_FALSE(connections[0].pid);
}

TEST(ProcNetTest, ReadsTheKernelsTablesAndNamesTheProcess)
{
    const std::string output
        = "@@ /proc/net/tcp\n  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n"
          "   0: 0100007F:1F90 00000000:0000 0A 00000000:00000003 00:00000000 00000000     0        0 46715 1 0 100\n"
          "   1: 0200010A:0FA0 0300010A:0BB8 01 00000000:00000000 00:00000000 00000000     0        0 46716 1 0 100\n"
          "@@ /proc/net/tcp6\n   0: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 0 0 9 1\n"
          "@@ /proc/net/unix\n0000000000000000: 00000002 00000000 00010000 0001 01 46717 /run/x.sock\n"
          "0000000000000000: 00000003 00000000 00000000 0001 03 46718 /run/x.sock\n"
          "@@ fd\n/proc/42/fd:\nlrwx------ 1 root root 64 Nov 21 09:30 6 -> socket:[46715]\n";
    const auto listeners = parseOtherListeners(output);
    ASSERT_EQ(listeners.size(), 3u);
    EXPECT_EQ(listeners[0].address, "127.0.0.1");
    EXPECT_EQ(listeners[0].port, 8080);
    EXPECT_EQ(listeners[0].receiveQueue, 3u);
    EXPECT_EQ(listeners[0].pid, 42);
    EXPECT_EQ(listeners[1].address, "::1");
    EXPECT_EQ(listeners[2].path, "/run/x.sock");
    const auto connections = parseOtherConnections(output);
    ASSERT_EQ(connections.size(), 1u);
    EXPECT_EQ(connections[0].remoteAddress, "10.1.0.3");
    EXPECT_EQ(connections[0].remotePort, 3000);
}

}
}
