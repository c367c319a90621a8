#include "fleetbuilder.h"

#include "core/discovery/hostindex.h"
#include "core/discovery/owner.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

model::Endpoint port(base::Port number) { return { "127.0.0.1", number, {} }; }
model::Endpoint unixSocket(std::string path) { return { {}, 0, std::move(path) }; }

class LikelyOwners : public ::testing::Test {
protected:
    LikelyOwners() { m_fleet.host("app1", { "10.1.0.3" }); }

    OwnerCandidate best(const model::Endpoint& target)
    {
        const std::vector<OwnerCandidate> all = likelyOwners(m_fleet.current(), target);
        return all.empty() ? OwnerCandidate() : all.front();
    }

    FleetBuilder m_fleet { "http://x/" };
};

TEST_F(LikelyOwners, AreFoundByThePortInTheCommand)
{
    m_fleet.unit("shop.service", "inactive", "/usr/bin/node server.js --port 3000").unit("api.service", "failed", "/usr/bin/node api.js --port 3001");
    EXPECT_EQ(best(port(3000)).unit, "shop.service");
    EXPECT_EQ(best(port(3000)).kind, OwnerCandidate::Kind::StoppedUnit);
    EXPECT_GE(best(port(3000)).confidence, certainOwner);
    EXPECT_EQ(best(port(3001)).unit, "api.service");
}

TEST_F(LikelyOwners, AreFoundByTheBindInGunicornsOwnFile)
{
    m_fleet.unit("shop.service", "failed", "/srv/shop/venv/bin/gunicorn wsgi:app").inFolder("/srv/shop");
    m_fleet.unit("blog.service", "failed", "/srv/blog/venv/bin/gunicorn -c deploy/gunicorn.py wsgi:app").inFolder("/srv/blog");
    m_fleet.unit("wiki.service", "failed", "/srv/wiki/venv/bin/gunicorn -b 127.0.0.1:8400 wsgi:app").inFolder("/srv/wiki");
    m_fleet.fileSetting("/srv/shop/gunicorn.conf.py", 3, "bind", "127.0.0.1:8100");
    m_fleet.fileSetting("/srv/blog/deploy/gunicorn.py", 1, "bind", "unix:/run/blog.sock");
    m_fleet.fileSetting("/srv/wiki/gunicorn.conf.py", 1, "bind", "127.0.0.1:8300");
    EXPECT_EQ(best(port(8100)).unit, "shop.service");
    EXPECT_EQ(best(port(8100)).why, "its bind in /srv/shop/gunicorn.conf.py:3 is 127.0.0.1:8100");
    EXPECT_EQ(best(unixSocket("/run/blog.sock")).unit, "blog.service");
    // The command line wins over the file; what a file says is not gunicorn's usual port.
    EXPECT_EQ(best(port(8400)).unit, "wiki.service");
    for (const base::Port other : { 8300, 8000 })
        for (const OwnerCandidate& each : likelyOwners(m_fleet.current(), port(other)))
            EXPECT_LT(each.confidence, certainOwner) << each.unit << " " << each.why;
}

TEST_F(LikelyOwners, AreFoundByEachBindOfAListAndByTheirVariables)
{
    m_fleet.unit("shop.service", "failed", "/srv/shop/venv/bin/gunicorn wsgi:app").inFolder("/srv/shop");
    m_fleet.fileSetting("/srv/shop/gunicorn.conf.py", 1, "bind", "127.0.0.1:8900");
    m_fleet.fileSetting("/srv/shop/gunicorn.conf.py", 3, "bind", "127.0.0.1:8100").fileSetting("/srv/shop/gunicorn.conf.py", 3, "bind", "unix:/run/site.sock");
    m_fleet.unit("blog.service", "failed", "/srv/blog/venv/bin/gunicorn wsgi:app").unitSetting("blog.service", "GUNICORN_CMD_ARGS", "--bind=127.0.0.1:8200 --bind=127.0.0.1:8201");
    m_fleet.unit("api.service", "failed", "/usr/bin/node server.js").unitSetting("api.service", "PORT", "4100");
    EXPECT_EQ(best(port(8100)).unit, "shop.service");
    EXPECT_EQ(best(unixSocket("/run/site.sock")).unit, "shop.service");
    EXPECT_EQ(best(port(8201)).unit, "blog.service");
    EXPECT_EQ(best(port(4100)).unit, "api.service");
    EXPECT_EQ(best(port(4100)).why, "its variable PORT is 4100");
    for (const OwnerCandidate& each : likelyOwners(m_fleet.current(), port(8900))) // a later line replaced it
        EXPECT_LT(each.confidence, certainOwner) << each.why;
}

TEST_F(LikelyOwners, AreNotFoundByABindThatTheFileComputes)
{
    m_fleet.unit("shop.service", "active", "/srv/shop/venv/bin/gunicorn wsgi:app", 7).inFolder("/srv/shop");
    m_fleet.fileSetting("/srv/shop/gunicorn.conf.py", 3, "bind", "127.0.0.1:8100").fileSetting("/srv/shop/gunicorn.conf.py", 5, "computed.bind", "0.0.0.0:8100");
    for (const OwnerCandidate& each : likelyOwners(m_fleet.current(), port(8100)))
        EXPECT_LT(each.confidence, certainOwner) << each.why;
}

TEST_F(LikelyOwners, AreNotFoundByALongerNumber)
{
    m_fleet.unit("a.service", "active", "/usr/bin/node a.js --port 13000", 5).unit("b.service", "active", "/usr/bin/node b.js 10.0.30.00", 6);
    for (const OwnerCandidate& each : likelyOwners(m_fleet.current(), port(3000)))
        EXPECT_LT(each.confidence, certainOwner) << each.why;
}

TEST_F(LikelyOwners, AreFoundByWhatTheLogSaidWhenItListened)
{
    m_fleet.unit("shop.service", "failed", "/usr/bin/node server.js").unit("other.service", "failed", "/usr/bin/node other.js");
    m_fleet.log("shop.service", "Server listening on http://0.0.0.0:3000");
    EXPECT_EQ(best(port(3000)).unit, "shop.service");
    EXPECT_THAT(best(port(3000)).why, HasSubstr("log"));
}

TEST_F(LikelyOwners, AreNotFoundByALogThatSpeaksOfCallingThatPort)
{
    m_fleet.unit("shop.service", "active", "/usr/bin/node server.js", 4).unit("other.service", "active", "/usr/bin/node other.js", 5);
    m_fleet.log("shop.service", "connect ECONNREFUSED: connection refused on port 3000");
    for (const OwnerCandidate& each : likelyOwners(m_fleet.current(), port(3000)))
        EXPECT_LT(each.confidence, certainOwner) << each.why;
}

TEST_F(LikelyOwners, AreFoundByTheSocketUnit)
{
    m_fleet.unit("web.service", "inactive", "/srv/venv/bin/gunicorn app:app");
    m_fleet.unit("web.socket", "inactive", "");
    m_fleet.current().units.back().listens = { "/run/web/gunicorn.sock" };
    EXPECT_EQ(best(unixSocket("/run/web/gunicorn.sock")).unit, "web.service");
    EXPECT_GE(best(unixSocket("/run/web/gunicorn.sock")).confidence, 0.9);
}

TEST_F(LikelyOwners, AreFoundByTheSocketsFolderOrName)
{
    m_fleet.unit("shop.service", "inactive", "/srv/shop/bin/start").unit("gunicorn.service", "inactive", "/usr/bin/gunicorn x:y");
    EXPECT_EQ(best(unixSocket("/run/shop/app.sock")).unit, "shop.service");
    EXPECT_EQ(best(unixSocket("/run/gunicorn.sock")).unit, "gunicorn.service");
    m_fleet.current().units[0].workingDirectory = "/srv/shop";
    EXPECT_EQ(best(unixSocket("/srv/shop/tmp/sockets/puma.sock")).unit, "shop.service");
}

TEST_F(LikelyOwners, AreFoundByThePhpPoolOfTheRightVersion)
{
    m_fleet.unit("php7.4-fpm.service", "active", "/usr/sbin/php-fpm7.4", 3).unit("php8.2-fpm.service", "inactive", "/usr/sbin/php-fpm8.2");
    model::SoftwareConfig pools;
    pools.software = "php-fpm";
    pools.files = { { "/etc/php/8.2/fpm/pool.d/shop.conf", "[shop]\nlisten = 127.0.0.1:9001\n", {}, {} } };
    m_fleet.current().configs.push_back(pools);
    EXPECT_EQ(best(port(9001)).unit, "php8.2-fpm.service");
    EXPECT_THAT(best(port(9001)).why, HasSubstr("pool.d/shop.conf:2"));
}

TEST_F(LikelyOwners, AreFoundByTheUsualPortOfADatabase)
{
    m_fleet.unit("postgresql.service", "active", "/bin/true").unit("postgresql@15-main.service", "failed", "/usr/bin/pg_ctlcluster 15-main start");
    m_fleet.unit("mariadb.service", "inactive", "/usr/sbin/mariadbd").unit("redis-server.service", "inactive", "/usr/bin/redis-server");
    EXPECT_EQ(best(port(5432)).unit, "postgresql@15-main.service");
    EXPECT_EQ(best(port(3306)).unit, "mariadb.service");
    EXPECT_EQ(best(port(6379)).unit, "redis-server.service");
}

TEST_F(LikelyOwners, AreTheOnlyBrokenAppUnitWhereNothingElseSaysMore)
{
    m_fleet.unit("shop.service", "failed", "/srv/shop/run").unit("cron.service", "failed", "/usr/sbin/cron");
    EXPECT_EQ(best(port(3000)).unit, "shop.service");
    EXPECT_GE(best(port(3000)).confidence, certainOwner);
    m_fleet.unit("api.service", "inactive", "/srv/api/run");
    EXPECT_LT(best(port(3000)).confidence, certainOwner);
}

TEST_F(LikelyOwners, AreAUnitThatWasMetAliveBetweenTwoRestarts)
{
    m_fleet.unit("shop.service", "active", "/srv/shop/run");
    model::Unit& unit = m_fleet.current().units.back();
    m_fleet.current().now = base::TimePoint(std::chrono::hours(1));
    unit.activeSince = *m_fleet.current().now - std::chrono::seconds(2);
    EXPECT_NE(best(port(3000)).confidence, 0.6) << "it runs, and did so all the time";
    unit.restarts = 4;
    EXPECT_EQ(best(port(3000)).unit, "shop.service");
    EXPECT_GE(best(port(3000)).confidence, certainOwner);
}

TEST_F(LikelyOwners, NameTheAppThatListensOnAnotherPort)
{
    m_fleet.process(200, "deploy", "node server.js", "shop.service").listener("127.0.0.1", 3001, 200).unit("shop.service", "active", "/usr/bin/node server.js", 200);
    m_fleet.process(9, "root", "sshd: /usr/sbin/sshd -D", "ssh.service").listener("0.0.0.0", 22, 9);
    m_fleet.process(8, "redis", "/usr/bin/redis-server 127.0.0.1:6379", "redis-server.service").listener("127.0.0.1", 6379, 8);
    const OwnerCandidate owner = best(port(3000));
    EXPECT_EQ(owner.unit, "shop.service");
    EXPECT_EQ(owner.kind, OwnerCandidate::Kind::RunningUnit);
    EXPECT_EQ(owner.pid, 200);
    ASSERT_EQ(owner.listensOn.size(), 1u);
    EXPECT_EQ(owner.listensOn[0].port, 3001);
    EXPECT_GE(owner.confidence, certainOwner);
    EXPECT_THAT(owner.why, HasSubstr("3001"));
}

TEST_F(LikelyOwners, NameNobodyForSureWhereTwoAreEquallyLikely)
{
    m_fleet.unit("a.service", "inactive", "/usr/bin/node a.js -p 3000").unit("b.service", "inactive", "/usr/bin/node b.js -p 3000");
    const std::vector<OwnerCandidate> all = likelyOwners(m_fleet.current(), port(3000));
    EXPECT_EQ(all.size(), 2u);
    EXPECT_EQ(surestOwner(all), nullptr);
}

TEST_F(LikelyOwners, AreFewWhereNothingIsKnown)
{
    EXPECT_THAT(likelyOwners(m_fleet.current(), port(3000)), IsEmpty());
    EXPECT_THAT(likelyOwners(m_fleet.current(), unixSocket("/run/x.sock")), IsEmpty());
}

TEST(SocketOwner, OfAProgramThatStartedSinceTheProcessesWereListedIsItsControlGroups)
{
    FleetBuilder fleet("http://x/");
    fleet.host("app1", { "10.1.0.3" }).unit("shop.service", "active", "/srv/shop/bin/web").listener("0.0.0.0", 3000, 4711);
    model::Listener& listener = fleet.current().listeners.back();
    listener.process = "node";
    listener.unit = "shop.service";
    const SocketOwner owner = HostIndex(fleet.current()).ownerOf(listener);
    EXPECT_EQ(owner.unit, "shop.service");
    EXPECT_EQ(owner.software.id, "node");
    EXPECT_EQ(owner.process, nullptr);
}

TEST_F(LikelyOwners, AreNoProgramThatIsInstalledAndUnused)
{
    m_fleet.unit("apache2.service", "inactive", "/usr/sbin/apachectl start");
    m_fleet.current().units.back().unitFileState = "disabled";
    EXPECT_LT(best(port(80)).confidence, certainOwner);
    m_fleet.current().units.back().inactiveSince = base::TimePoint(std::chrono::hours(1));
    EXPECT_GE(best(port(80)).confidence, certainOwner) << "it has run since the boot";
}

TEST_F(LikelyOwners, AreWhoUsuallyListensThereWhereNobodyCanSeeWhoListens)
{
    m_fleet.unit("tomcat10.service", "active", "/bin/sh /usr/libexec/tomcat10/tomcat-start.sh", 92);
    m_fleet.listener("*", 8180, 0);
    m_fleet.current().listeners.back().pid.reset();
    EXPECT_EQ(best(port(8080)).unit, "tomcat10.service");
}

}
}
