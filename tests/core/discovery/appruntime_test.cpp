#include "core/discovery/appruntime.h"

#include "tests/core/discovery/fleetbuilder.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using test::FleetBuilder;
using testing::HasSubstr;

/// One app in front of nothing: the process that holds port 8000 on a host.
struct App {
    explicit App(std::string commandLine, std::string unitCommand = {}, std::string executable = {})
        : fleet("http://shop.example/")
    {
        fleet.host("app", { "10.1.0.3" }).process(50, "shop", commandLine, "shop.service").listener("0.0.0.0", 8000, 50);
        fleet.current().processes.back().executable = std::move(executable);
        fleet.unit("shop.service", "active", unitCommand.empty() ? commandLine : unitCommand, 50);
    }

    App& child(int pid, const std::string& commandLine)
    {
        fleet.process(pid, "shop", commandLine, "shop.service", 50);
        model::Process& parent = fleet.current().processes.front();
        fleet.current().processes.back().name = parent.name;
        fleet.current().processes.back().executable = parent.executable;
        return *this;
    }

    App& version(const std::string& path, const std::string& package, const std::string& number)
    {
        fleet.current().versions.push_back({ path, package, number });
        return *this;
    }

    AppRuntime runtime(const std::string& address = "0.0.0.0:8000")
    {
        const HostIndex index(fleet.current());
        model::Node node;
        node.software = index.ownerOf(fleet.current().listeners.front()).software.id;
        node.pid = 50;
        node.unit = "shop.service";
        node.address = address;
        return appRuntime(index, node);
    }

    FleetBuilder fleet;
};

TEST(AppRuntimeTest, CountsTheWorkersOfGunicornAndTakesItsLimitFromTheUnitWhereItRenamedItself)
{
    App app("gunicorn: master [shop:app]", "/srv/shop/venv/bin/gunicorn --workers 4 --timeout 120 shop:app");
    app.child(51, "gunicorn: worker [shop:app]").child(52, "gunicorn: worker [shop:app]");
    app.version("/srv/old/venv/lib/python3.11/site-packages/gunicorn-19.9.0.dist-info", "gunicorn", "19.9.0");
    app.version("/srv/shop/venv/lib/python3.11/site-packages/gunicorn-21.2.0.dist-info", "gunicorn", "21.2.0");
    const AppRuntime found = app.runtime();
    EXPECT_EQ(found.workers, 2);
    EXPECT_EQ(found.requestLimit, std::chrono::seconds(120));
    EXPECT_EQ(found.version, "21.2.0");
    EXPECT_EQ(textOf(found), "2 workers, a request at most 120 s");
}

TEST(AppRuntimeTest, TakesNoSignOfLifeForALimitOfRequests)
{
    for (const char* more : { "--threads 8", "-k gevent", "--worker-class=uvicorn.workers.UvicornWorker", "-c /srv/shop/conf.py" })
        EXPECT_EQ(App(std::string("/usr/bin/gunicorn -w2 -t 90 shop:app ") + more).runtime().requestLimit, std::nullopt) << more;
    EXPECT_EQ(App("/usr/bin/gunicorn -w2 -t 90 shop:app").runtime().requestLimit, std::chrono::seconds(90));
    EXPECT_EQ(App("/usr/bin/gunicorn -w2 shop:app").runtime().requestLimit, std::nullopt);
    EXPECT_EQ(App("/usr/bin/gunicorn -w2 -t 0 shop:app").runtime().requestLimit, std::nullopt);
}

TEST(AppRuntimeTest, ReadsGunicornsEnvironmentBelowItsCommandLine)
{
    App app("/usr/bin/python3 /usr/bin/gunicorn shop:app --timeout 40");
    app.fleet.environment(50, "GUNICORN_CMD_ARGS", "--timeout=300 --workers=3");
    app.version({}, "gunicorn", "20.1.0");
    const AppRuntime found = app.runtime();
    EXPECT_EQ(found.requestLimit, std::chrono::seconds(40));
    EXPECT_EQ(found.workers, 3);
    EXPECT_EQ(found.version, "20.1.0");
}

TEST(AppRuntimeTest, GivesNoSystemVersionToAProgramOfAnotherFolder)
{
    App app("/srv/shop/venv/bin/python /srv/shop/venv/bin/uvicorn --workers 3 shop:app");
    app.version({}, "python3-uvicorn", "0.17.6");
    EXPECT_EQ(app.runtime().version, "");
    EXPECT_EQ(app.runtime().workers, 3);
}

TEST(AppRuntimeTest, ReadsPumasThreadsAndVersion)
{
    App app("puma 5.6.5 (tcp://0.0.0.0:8000) [shop]", "/usr/bin/puma -t 2:8 -b tcp://0.0.0.0:8000");
    EXPECT_EQ(app.runtime().version, "5.6.5");
    EXPECT_EQ(textOf(app.runtime()), "at most 8 threads");
    app.child(51, "puma: cluster worker 0: 50 [shop]").child(52, "puma: cluster worker 1: 50 [shop]");
    EXPECT_EQ(textOf(app.runtime()), "2 workers of 8 threads");
}

TEST(AppRuntimeTest, ReadsUwsgisFile)
{
    App app("/usr/bin/uwsgi --ini /srv/shop/uwsgi.ini", {}, "/usr/bin/uwsgi-core");
    app.fleet.fileSetting("/srv/shop/uwsgi.ini", 2, "uwsgi.processes", "6");
    app.fleet.fileSetting("/srv/shop/uwsgi.ini", 3, "uwsgi.harakiri", "20");
    for (model::Setting& each : app.fleet.current().settings)
        each.pid = 50;
    app.version("/usr/bin/uwsgi-core", {}, "2.0.21");
    EXPECT_EQ(textOf(app.runtime()), "6 workers, a request at most 20 s");
    EXPECT_EQ(app.runtime().version, "2.0.21");
}

TEST(AppRuntimeTest, ReadsThePoolThatListensThere)
{
    App app("php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)", "/usr/sbin/php-fpm8.2 --nodaemonize", "/usr/sbin/php-fpm8.2");
    app.fleet.proxy("php-fpm", "/etc/php/8.2/fpm/pool.d/www.conf",
        "[www]\nlisten = /run/php/php8.2-fpm.sock\npm = dynamic\npm.max_children = 5\n"
        "[batch]\nlisten = 127.0.0.1:9001\npm = static\npm.max_children = 2\nrequest_terminate_timeout = 5m\n");
    app.version({}, "php8.2-fpm", "8.2.35");
    EXPECT_EQ(textOf(app.runtime("unix:/var/run/php/php8.2-fpm.sock")), "at most 5 workers, pool www, dynamic");
    EXPECT_EQ(app.runtime().version, "8.2.35");
    const AppRuntime batch = app.runtime("127.0.0.1:9001");
    EXPECT_EQ(textOf(batch), "2 workers, pool batch, static, a request at most 300 s");
    EXPECT_THAT(batch.requestLimitSetting, HasSubstr("www.conf"));
    EXPECT_EQ(textOf(app.runtime("0.0.0.0:9002")), "");
}

TEST(AppRuntimeTest, ReadsTheHeapAndTheThreadsOfTomcat)
{
    App app("/usr/lib/jvm/java-17/bin/java -Xms256m -Xmx512m -Dcatalina.home=/usr/share/tomcat10 org.apache.catalina.startup.Bootstrap start",
        {}, "/usr/lib/jvm/java-17/bin/java");
    app.fleet.fileSetting("/srv/shop/conf/server.xml", 3, "Connector", "port:8000,protocol:HTTP/1.1,maxThreads:50,connectionTimeout:20000");
    app.fleet.fileSetting("/srv/shop/conf/server.xml", 9, "Connector", "port:8443,maxThreads:9");
    app.fleet.current().processes.front().workingDirectory = "/srv/shop";
    for (model::Setting& each : app.fleet.current().settings)
        each.pid = 50;
    app.fleet.current().javaMemory.push_back({ 50, 97.4, 1.5, 3, {} });
    app.version({}, "tomcat10", "10.1.6");
    EXPECT_EQ(textOf(app.runtime()), "at most 50 threads, heap at most 512m, old generation 97 % full");
    EXPECT_EQ(app.runtime().version, "10.1.6");
}

TEST(AppRuntimeTest, ReadsWhatGunicornsFileSaysOutright)
{
    App app("/usr/bin/gunicorn -c /srv/shop/gunicorn.conf.py shop:app");
    const auto file = [&](int line, const std::string& key, const std::string& value) {
        app.fleet.fileSetting("/srv/shop/gunicorn.conf.py", line, key, value);
        app.fleet.current().settings.back().pid = 50;
    };
    file(3, "workers", "4");
    file(5, "timeout", "60");
    EXPECT_EQ(textOf(app.runtime()), "4 workers, a request at most 60 s");
    EXPECT_EQ(app.runtime().requestLimitSetting, "timeout = 60 in /srv/shop/gunicorn.conf.py:5");
    file(6, "computed.workers", "2");
    EXPECT_EQ(textOf(app.runtime()), "a request at most 60 s") << "computed after all";
    file(7, "workers", "8");
    file(8, "worker_class", "uvicorn.workers.UvicornWorker");
    EXPECT_EQ(textOf(app.runtime()), "8 workers") << "a sign of life, no limit";
    file(9, "worker_class", "sync");
    file(10, "computed.threads", "2");
    EXPECT_EQ(textOf(app.runtime()), "8 workers") << "more than one thread makes other workers";
}

TEST(AppRuntimeTest, LetsGunicornsCommandLineWinOverItsFile)
{
    App app("/usr/bin/gunicorn -w 2 --timeout 20 shop:app");
    app.fleet.fileSetting("/srv/shop/gunicorn.conf.py", 1, "timeout", "90");
    app.fleet.fileSetting("/srv/shop/gunicorn.conf.py", 2, "workers", "9");
    for (model::Setting& each : app.fleet.current().settings)
        each.pid = 50;
    EXPECT_EQ(textOf(app.runtime()), "2 workers, a request at most 20 s");
}

TEST(AppRuntimeTest, ReadsPumasFile)
{
    App app("puma 5.6.5 (tcp://0.0.0.0:8000) [shop]", "/usr/bin/puma -C config/puma.rb");
    app.fleet.fileSetting("/srv/shop/config/puma.rb", 1, "computed.threads", "5");
    app.fleet.fileSetting("/srv/shop/config/puma.rb", 2, "workers", "3");
    for (model::Setting& each : app.fleet.current().settings)
        each.pid = 50;
    EXPECT_EQ(textOf(app.runtime()), "3 workers");
    app.fleet.fileSetting("/srv/shop/config/puma.rb", 3, "threads", "2,8");
    app.fleet.current().settings.back().pid = 50;
    EXPECT_EQ(textOf(app.runtime()), "3 workers of 8 threads");
}

TEST(AppRuntimeTest, CountsTheProcessesOfAPm2Cluster)
{
    App app("node /srv/shop/s.js");
    app.fleet.current().units.front().name = "shop.service";
    app.fleet.current().units.front().clusterPids = { 50, 51, 52 };
    EXPECT_EQ(textOf(app.runtime()), "3 workers");
}

TEST(AppRuntimeTest, ShowsHowBusyAnNginxIs)
{
    FleetBuilder fleet("http://shop.example/");
    fleet.host("edge", { "10.1.0.2" }).nginx("events {} http { server { listen 80; location / { return 200; } } }").runningNginx({ 80 });
    fleet.current().configs.back().runtime.push_back("stub-status active=13 accepts=90 handled=80 requests=300 reading=0 writing=4 waiting=9");
    Discovered found = fleet.run();
    const auto nginx = [&] { return *std::find_if(found.topology.nodes.begin(), found.topology.nodes.end(), [](const model::Node& each) { return each.software == "nginx"; }); };
    EXPECT_THAT(nginx().note, HasSubstr("12 client connections, 3 with a request in work; 10 of 90 connections dropped since it started"));
    fleet.current().configs.back().runtime.back() = "stub-status active=x";
    found = fleet.run();
    EXPECT_THAT(nginx().note, testing::Not(HasSubstr("connection")));
}

TEST(AppRuntimeTest, CountsTheWorkersOfNodesCluster)
{
    App app("/usr/bin/node /srv/shop/cluster.js", {}, "/usr/bin/node");
    app.version("/usr/bin/node", {}, "20.20.2");
    EXPECT_EQ(textOf(app.runtime()), "");
    app.child(51, "/usr/bin/node /srv/shop/cluster.js").child(52, "/usr/bin/node /srv/shop/cluster.js");
    EXPECT_EQ(textOf(app.runtime()), "2 workers");
    EXPECT_EQ(app.runtime().version, "20.20.2");
}

TEST(AppRuntimeTest, SaysNothingOfNumbersThatAreNone)
{
    for (const char* odd : { "/usr/bin/gunicorn -w", "/usr/bin/gunicorn --workers=", "/usr/bin/gunicorn -w 99999999999999999999 -t x",
             "/usr/bin/gunicorn --workers -1", "puma", "puma ", "gunicorn: " })
        EXPECT_EQ(App(odd).runtime().requestLimit, std::nullopt) << odd;
    EXPECT_EQ(App("/usr/bin/gunicorn -w 99999999999999999999").runtime().workers, std::nullopt);
}

TEST(AppRuntimeTest, ShowsWhichDatabaseTheUnitWaitsFor)
{
    FleetBuilder fleet("http://shop.example:8000/");
    fleet.host("app", { "10.1.0.3" }).process(50, "shop", "/usr/bin/node /srv/shop/app.js", "shop.service").listener("0.0.0.0", 8000, 50);
    fleet.unit("shop.service", "active", "/usr/bin/node /srv/shop/app.js", 50);
    fleet.current().units.back().after = { "postgresql.service", "cron.service", "gone.service", "redis-server.service" };
    fleet.unit("postgresql.service", "active", "/bin/true").unit("cron.service", "active", "/usr/sbin/cron").unit("redis-server.service", "active", "/usr/bin/redis-server");
    const Discovered found = fleet.run();
    const auto node = std::find_if(found.topology.nodes.begin(), found.topology.nodes.end(),
        [](const model::Node& each) { return each.software == "node"; });
    ASSERT_NE(node, found.topology.nodes.end());
    EXPECT_EQ(node->note, "starts after postgresql.service and redis-server.service");
}

TEST(AppRuntimeTest, IsShownWithTheNode)
{
    App app("gunicorn: master [shop]", "/usr/bin/gunicorn -w 2 -b 0.0.0.0:8000 shop:app");
    app.version({}, "python3-gunicorn", "20.1.0");
    app.child(51, "gunicorn: worker [shop]").child(52, "gunicorn: worker [shop]");
    app.fleet.host("edge", { "10.1.0.2" })
        .nginx("events {} http { server { listen 80; location / { proxy_pass http://10.1.0.3:8000; } } }")
        .runningNginx({ 80 });
    const Discovered found = app.fleet.run();
    const auto node = std::find_if(found.topology.nodes.begin(), found.topology.nodes.end(),
        [](const model::Node& each) { return each.software == "gunicorn"; });
    ASSERT_NE(node, found.topology.nodes.end());
    EXPECT_EQ(node->version, "20.1.0");
    EXPECT_EQ(node->note, "2 workers");
}

}
}
