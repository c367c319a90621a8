#include "core/discovery/discover.h"
#include "core/discovery/offline.h"
#include "tests/core/discovery/found.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(DiscoverOffline, ReadsOneSiteFileAlone)
{
    const Discovered found = discoverOffline({ { "shop", "server { listen 8080; location / { proxy_pass http://10.0.0.1:3000; } }" } }, "");
    EXPECT_THAT(hops(found), ElementsAre("nginx:8080>10.0.0.1:3000"));
    EXPECT_EQ(found.topology.hops[0].declared.place, (model::FilePlace { "shop", 1 }));
    EXPECT_THAT(found.warnings, IsEmpty());
    EXPECT_FALSE(found.topology.nodes[0].host);
}

TEST(DiscoverOffline, TakesSitesWithoutTheirMainFileTogether)
{
    const Discovered found = discoverOffline({ { "conf.d/up.conf", "upstream app { server 10.0.0.1:1; }" },
                                                 { "conf.d/site.conf", "server { listen 80; location / { proxy_pass http://app; } }" } },
        "nginx");
    EXPECT_THAT(hops(found), ElementsAre("nginx:80>10.0.0.1:1"));
}

TEST(DiscoverOffline, ReadsADumpInOneFile)
{
    const Discovered found = discoverOffline({ { "dump.txt", "# configuration file /etc/nginx/nginx.conf:\nhttp { include conf.d/*.conf; }\n\n"
                                                            "# configuration file /etc/nginx/conf.d/a.conf:\nserver {\n listen 80;\n location / { proxy_pass http://a:1; }\n}\n" } },
        "");
    EXPECT_THAT(hops(found), ElementsAre("nginx:80>a:1"));
    EXPECT_EQ(found.topology.hops[0].declared.place, (model::FilePlace { "/etc/nginx/conf.d/a.conf", 3 }));
}

TEST(DiscoverOffline, SaysWhichFileIsLeftOut)
{
    const Discovered found = discoverOffline({ { "nginx/nginx.conf", "http { include sites-enabled/*; server { listen 80; } }" },
                                                 { "nginx/sites-available/x", "server { listen 81; location / { proxy_pass http://a:1; } }" } },
        "");
    EXPECT_THAT(hops(found), IsEmpty());
    ASSERT_THAT(found.warnings, SizeIs(1));
    EXPECT_EQ(found.warnings[0].place.file, "nginx/sites-available/x");
}

TEST(DiscoverOffline, InventsNothingForSoftwareItCannotRead)
{
    for (const OfflineFile& file : { OfflineFile { "y.conf", "#!/bin/sh\nexit 0\n" }, OfflineFile { "x.txt", "hello" } }) {
        const Discovered found = discoverOffline({ file }, "");
        EXPECT_THAT(found.topology.nodes, IsEmpty());
        ASSERT_THAT(found.warnings, SizeIs(1));
        EXPECT_EQ(found.warnings[0].place.file, file.path);
    }
    EXPECT_THAT(discoverOffline({}, "").warnings, SizeIs(1));
    EXPECT_THAT(discoverOffline({ { "a", "server { listen 80; location / { proxy_pass http://a:1; } }" } }, "caddy").topology.hops, IsEmpty());
}

TEST(DiscoverOffline, ShowsAProxyThatPassesNothingOn)
{
    const Discovered found = discoverOffline({ { "nginx.conf", "http { server { listen 80; return 200; } server { listen 443 ssl; } }" } }, "");
    ASSERT_THAT(found.topology.nodes, SizeIs(2));
    EXPECT_EQ(found.topology.nodes[0].id.value(), "nginx:80");
}

}
}
