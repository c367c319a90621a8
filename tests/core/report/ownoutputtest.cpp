#include "core/report/ownoutput.h"

#include "core/model/checkids.h"

#include <gmock/gmock.h>

namespace hopscope::report {
namespace {

    std::string shown(const char* check, std::string_view output) { return ownOutput(base::CheckId(check), output); }

    TEST(OwnOutput, OfAnAttemptIsCurlsOwnWordsAndTheAnswer)
    {
        EXPECT_EQ(shown(model::checkid::hopCaller,
                      "target=127.0.0.1\nwanted_user=\nresolve=not-needed\n@@ probe 127.0.0.1\ntry=1\ntool=curl\n"
                      "* Connected to 127.0.0.1 (127.0.0.1) port 3000 (#0)\n< HTTP/1.1 200 OK\n"
                      "hs-time: dns=0.000010 connect=0.000120 tls=0.000000 first=0.900000 total=0.900100 status=200 "
                      "version=1.1 verify=0 size=12\nhs-exit: 0\n@@ body\n: <b>hello</b>\n: bye\n"),
            "* Connected to 127.0.0.1 (127.0.0.1) port 3000 (#0)\n< HTTP/1.1 200 OK\n"
            "* took: name 0.0 ms, connected 0.1 ms, first byte 900 ms, whole 900 ms\n\n<b>hello</b>\nbye\n");
    }

    TEST(OwnOutput, OfAnAttemptWithoutCurlIsInWords)
    {
        EXPECT_EQ(shown(model::checkid::hopLoopback,
                      "target=::1\nresolve=not-needed\n@@ probe ::1\ntry=3\ntool=python3\nconnect=ECONNREFUSED\n"
                      "error=Connection refused\n"),
            "* tried 3 times\n* connect: connection refused\n* error: Connection refused\n");
    }

    TEST(OwnOutput, NamesTheAddressesWhereThereAreSeveral)
    {
        EXPECT_EQ(shown(model::checkid::hopCaller, "@@ probe 10.0.0.1\nconnect=ok\n@@ probe 10.0.0.2\nconnect=ETIMEDOUT\n"),
            "==> 10.0.0.1 <==\n* connect: ok\n==> 10.0.0.2 <==\n* connect: timed out\n");
    }

    TEST(OwnOutput, PartsAreNamedAsHeadNamesFiles)
    {
        EXPECT_EQ(shown(model::checkid::names, "@@ /etc/hosts\n127.0.0.1 localhost\n@@ /etc/resolv.conf\nnameserver 10.0.0.1"),
            "==> /etc/hosts <==\n127.0.0.1 localhost\n==> /etc/resolv.conf <==\nnameserver 10.0.0.1");
        EXPECT_EQ(shown(model::checkid::phpFpmConfig, "@@ mtime 1763717400 /etc/php/www.conf\n[www]\n"),
            "==> /etc/php/www.conf <==\n[www]\n");
    }

    TEST(OwnOutput, OfNginxIsItsOwnDump)
    {
        EXPECT_EQ(shown(model::checkid::nginxConfig,
                      "marker=@@77\n@@77 instance pid=1 exe=/usr/sbin/nginx conf= prefix=\n@@77 version nginx version: "
                      "nginx/1.22.1\n@@77 test ok\n# configuration file /etc/nginx/nginx.conf:\nuser www-data;\n@@ not ours\n"
                      "@@77 mtime 1 /etc/nginx/nginx.conf\n"),
            "nginx version: nginx/1.22.1\n# configuration file /etc/nginx/nginx.conf:\nuser www-data;\n@@ not ours\n");
    }

    TEST(OwnOutput, WhatIsNotOursStays)
    {
        EXPECT_EQ(shown(model::checkid::appLog, "@@ -1,3 +1,4 @@\nkey=value\nhs-exit: 7\n"),
            "@@ -1,3 +1,4 @@\nkey=value\nhs-exit: 7\n");
        EXPECT_EQ(shown(model::checkid::hopCaller, "< Location: /?a=b\n< x-powered-by=us\n"), "< Location: /?a=b\n< x-powered-by=us\n");
        EXPECT_EQ(shown(model::checkid::hopCaller, ""), "");
        EXPECT_EQ(shown(model::checkid::nginxConfig, ""), "");
    }

}
}
