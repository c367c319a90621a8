#include "core/discovery/dependency.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

struct Example {
    std::string line;
    std::string endpoint; ///< "" where it names none
};

void PrintTo(const Example& each, std::ostream* stream) { *stream << each.line; }

class UnreachableIn : public ::testing::TestWithParam<Example> { };

TEST_P(UnreachableIn, NamesTheAddressThatFailed)
{
    const std::vector<model::Endpoint> found = unreachableIn(GetParam().line);
    if (GetParam().endpoint.empty()) {
        EXPECT_TRUE(found.empty()) << found.front().text();
        return;
    }
    ASSERT_EQ(found.size(), 1u);
    EXPECT_EQ(found.front().text(), GetParam().endpoint);
}

INSTANTIATE_TEST_SUITE_P(Lines, UnreachableIn,
    ::testing::Values(Example { "Error: connect ECONNREFUSED 127.0.0.1:5432", "127.0.0.1:5432" },
        Example { "Error: connect ECONNREFUSED ::1:5432", "[::1]:5432" },
        Example { "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16) {", "" },
        Example { "connect ETIMEDOUT 10.1.0.9:6379", "10.1.0.9:6379" },
        Example { "dial tcp 127.0.0.1:5432: connect: connection refused", "127.0.0.1:5432" },
        Example { "dial tcp [::1]:3306: connect: connection refused", "[::1]:3306" },
        Example { "psycopg2.OperationalError: connection to server at \"127.0.0.1\", port 5432 failed: Connection refused", "127.0.0.1:5432" },
        Example { "connection to server at \"db.internal\" (10.1.0.7), port 5432 failed: Connection timed out", "10.1.0.7:5432" },
        Example { "could not connect to server: Connection refused Is the server running on host \"localhost\" (127.0.0.1) and accepting TCP/IP connections on port 5432?", "127.0.0.1:5432" },
        Example { "Error 111 connecting to localhost:6379. Connection refused.", "localhost:6379" },
        Example { "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", "cache:6379" },
        Example { "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)", "127.0.0.1:3306" },
        Example { "Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)", "unix:/run/mysqld/mysqld.sock" },
        Example { "org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct", "localhost:5432" },
        Example { "MongoServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017", "127.0.0.1:27017" },
        Example { "[tcp://redis.internal:6379] Connection refused", "redis.internal:6379" },
        Example { "09:31:22 request timed out after 30 s at /srv/app.js:12", "" },
        Example { "2026-11-21T09:31:22 GET / timeout", "" },
        Example { "Server listening on http://127.0.0.1:3000", "" },
        Example { "connected to 127.0.0.1:5432", "" },
        Example { "[2026-11-21 09:31:22 +0000] [71] [CRITICAL] WORKER TIMEOUT (pid:73)", "" },
        Example { "upstream answered code:504, attempt:12 timed out", "" },
        Example { "client 203.0.113.9:51422 disconnected: connection reset by peer", "" },
        Example { "pymongo.errors.ServerSelectionTimeoutError: mongo.internal:27017: [Errno 111] Connection refused", "mongo.internal:27017" },
        Example { "Error: getaddrinfo ENOTFOUND db:5432", "db:5432" },
        Example { "", "" }));

TEST(DriverIn, NamesWhatAStackTraceCalls)
{
    EXPECT_EQ(driverIn("psycopg2.errors.DiskFull: could not extend file \"pg_tblspc/16385/16387\": No space left on device"), "postgresql");
    EXPECT_EQ(driverIn("pymysql.err.OperationalError: (1045, \"Access denied for user 'tarif'@'app2'\")"), "mysql");
    EXPECT_EQ(driverIn("  File \"/usr/lib/python3.11/smtplib.py\", line 255, in __init__"), "smtp");
    EXPECT_EQ(driverIn("    at SMTPConnection._onTimeout (/srv/a/node_modules/nodemailer/lib/smtp-connection/index.js:1:2)"), "smtp");
    EXPECT_EQ(driverIn("redis.exceptions.ResponseError: OOM command not allowed"), "redis");
    EXPECT_EQ(driverIn("OSError: [Errno 28] No space left on device: '/srv/app/upload'"), "");
    EXPECT_EQ(driverIn("  File \"/srv/app/mail_templates.py\", line 3, in page"), "");
    EXPECT_EQ(driverIn(""), "");
}

TEST(UnreachableIn, StaysQuickOnAVeryLongLine)
{
    EXPECT_LE(unreachableIn("refused " + std::string(1 << 20, ':') + " 1.2.3.4:80").size(), 8u);
}

}
}
