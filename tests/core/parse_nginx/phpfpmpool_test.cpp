#include "core/parse/phpfpmpool.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

PhpFpmPools poolsIn(const std::string& text) { return parsePhpFpmPools({ { "/etc/php/8.2/fpm/pool.d/www.conf", text, {}, {} } }); }

TEST(PhpFpmPool, IsReadAsDebianShipsIt)
{
    const PhpFpmPools pools = poolsIn("; Start a new pool named 'www'.\n[www]\nuser = www-data\ngroup = www-data\n"
                                     "listen = /run/php/php8.2-fpm.sock\n;listen.backlog = 511\nlisten.owner = www-data\nlisten.group = www-data\n"
                                     ";listen.mode = 0660\npm = dynamic\npm.max_children = 5\n;pm.status_path = /status\n");
    ASSERT_THAT(pools.pools, SizeIs(1));
    const PhpFpmPool& pool = pools.pools[0];
    EXPECT_EQ(pool.name, "www");
    EXPECT_EQ(pool.endpoint.path, "/run/php/php8.2-fpm.sock");
    EXPECT_EQ(pool.listenOwner, "www-data");
    EXPECT_EQ(pool.listenMode, "");
    EXPECT_EQ(pool.user, "www-data");
    EXPECT_EQ(pool.processManager, "dynamic");
    EXPECT_EQ(pool.maxChildren, 5);
    EXPECT_EQ(pool.statusPath, "");
    EXPECT_EQ(pool.place.line, 2);
    EXPECT_EQ(pool.listenPlace, (model::FilePlace { "/etc/php/8.2/fpm/pool.d/www.conf", 5 }));
    EXPECT_EQ(pool.lines.at("pm.max_children"), 11);
    EXPECT_THAT(pools.warnings, IsEmpty());
}

TEST(PhpFpmPool, FillsItsNameIn)
{
    const PhpFpmPool pool = poolsIn("[shop]\nlisten = /run/$pool.sock\nuser=$pool\nslowlog = \"/var/log/$pool.slow\" ; here\n").pools.at(0);
    EXPECT_EQ(pool.endpoint.path, "/run/shop.sock");
    EXPECT_EQ(pool.user, "shop");
    EXPECT_EQ(pool.slowLog, "/var/log/shop.slow");
}

TEST(PhpFpmPool, ReadsEveryFormOfListen)
{
    EXPECT_EQ(poolsIn("[a]\nlisten = 9000").pools.at(0).endpoint, (model::Endpoint { "", 9000, "" }));
    EXPECT_EQ(poolsIn("[a]\nlisten = 127.0.0.1:9001").pools.at(0).endpoint, (model::Endpoint { "127.0.0.1", 9001, "" }));
    EXPECT_EQ(poolsIn("[a]\nlisten = [::1]:9002\r\n").pools.at(0).endpoint, (model::Endpoint { "::1", 9002, "" }));
}

TEST(PhpFpmPool, ReadsTimes)
{
    const PhpFpmPool pool = poolsIn("[a]\nlisten=9000\nrequest_terminate_timeout = 2m\nrequest_slowlog_timeout = 5s").pools.at(0);
    EXPECT_EQ(pool.terminateTimeout, std::chrono::minutes(2));
    EXPECT_EQ(pool.slowLogTimeout, std::chrono::seconds(5));
}

TEST(PhpFpmPool, IsMadeOfSeveralFilesWithTheLaterOneWinning)
{
    const PhpFpmPools pools = parsePhpFpmPools({ { "a", "[global]\nlisten = 1\n[www]\nlisten = 9000\npm.max_children=5\n", {}, {} },
        { "z", "[www]\npm.max_children=9\n", {}, {} } });
    ASSERT_THAT(pools.pools, SizeIs(1));
    EXPECT_EQ(pools.pools[0].maxChildren, 9);
}

TEST(PhpFpmPool, WarnsOfWhatItCannotRead)
{
    const PhpFpmPools pools = poolsIn("[a\nlisten=9000\nnonsense\npm.max_children = many\n[b]\npm = static\n");
    EXPECT_THAT(pools.pools, SizeIs(1));
    ASSERT_THAT(pools.warnings, SizeIs(4));
    EXPECT_EQ(pools.warnings[1].place.line, 3);
    EXPECT_THAT(pools.warnings[2].message, HasSubstr("many"));
    EXPECT_THAT(pools.warnings[3].message, HasSubstr("\"b\" has no listen"));
}

}
}
