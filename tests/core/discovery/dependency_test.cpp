#include "core/discovery/dependency.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

struct WrittenDependency {
    std::string line;
    std::string endpoint; ///< "" where it names none
};

void PrintTo(const WrittenDependency& each, std::ostream* stream) { *stream << each.line; }

class UnreachableIn : public ::testing::TestWithParam<WrittenDependency> { };

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
    ::testing::Values(WrittenDependency { "Error: connect ECONNREFUSED 127.0.0.1:5432", "127.0.0.1:5432" },
        WrittenDependency { "Error: connect ECONNREFUSED ::1:5432", "[::1]:5432" },
        WrittenDependency { "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1494:16) {", "" },
        WrittenDependency { "connect ETIMEDOUT 10.1.0.9:6379", "10.1.0.9:6379" },
        WrittenDependency { "dial tcp 127.0.0.1:5432: connect: connection refused", "127.0.0.1:5432" },
        WrittenDependency { "dial tcp [::1]:3306: connect: connection refused", "[::1]:3306" },
        WrittenDependency { "psycopg2.OperationalError: connection to server at \"127.0.0.1\", port 5432 failed: Connection refused", "127.0.0.1:5432" },
        WrittenDependency { "connection to server at \"db.internal\" (10.1.0.7), port 5432 failed: Connection timed out", "10.1.0.7:5432" },
        WrittenDependency { "could not connect to server: Connection refused Is the server running on host \"localhost\" (127.0.0.1) and accepting TCP/IP connections on port 5432?", "127.0.0.1:5432" },
        WrittenDependency { "Error 111 connecting to localhost:6379. Connection refused.", "localhost:6379" },
        WrittenDependency { "redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", "cache:6379" },
        WrittenDependency { "ERROR 2003 (HY000): Can't connect to MySQL server on '127.0.0.1:3306' (111)", "127.0.0.1:3306" },
        WrittenDependency { "Can't connect to local MySQL server through socket '/run/mysqld/mysqld.sock' (2)", "unix:/run/mysqld/mysqld.sock" },
        WrittenDependency { "org.postgresql.util.PSQLException: Connection to localhost:5432 refused. Check that the hostname and port are correct", "localhost:5432" },
        WrittenDependency { "MongoServerSelectionError: connect ECONNREFUSED 127.0.0.1:27017", "127.0.0.1:27017" },
        WrittenDependency { "[tcp://redis.internal:6379] Connection refused", "redis.internal:6379" },
        WrittenDependency { "09:31:22 request timed out after 30 s at /srv/app.js:12", "" },
        WrittenDependency { "2026-11-21T09:31:22 GET / timeout", "" },
        WrittenDependency { "Server listening on http://127.0.0.1:3000", "" },
        WrittenDependency { "connected to 127.0.0.1:5432", "" },
        WrittenDependency { "[2026-11-21 09:31:22 +0000] [71] [CRITICAL] WORKER TIMEOUT (pid:73)", "" },
        WrittenDependency { "upstream answered code:504, attempt:12 timed out", "" },
        WrittenDependency { "client 203.0.113.9:51422 disconnected: connection reset by peer", "" },
        WrittenDependency { "pymongo.errors.ServerSelectionTimeoutError: mongo.internal:27017: [Errno 111] Connection refused", "mongo.internal:27017" },
        WrittenDependency { "Error: getaddrinfo ENOTFOUND db:5432", "db:5432" },
        WrittenDependency { "connection to server at \"10.1.0.5\", port 5432 failed: could not create socket: Address family not supported by protocol", "10.1.0.5:5432" },
        WrittenDependency { "connection to server at \"10.1.0.5\", port 5432 failed: FATAL:  too many connections for role \"desk\"", "10.1.0.5:5432" },
        WrittenDependency { "", "" }));

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
