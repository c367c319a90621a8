#include "core/parse/appsettings.h"
#include "core/probe/shelltext.h"
#include "tests/support/childprocess.h"

#include <gmock/gmock.h>

#include <fstream>

namespace hopscope::probe {
namespace {

/// What settings.awk lets through of a file, as "key=value".
std::vector<std::string> settingsIn(const char* awk, const std::string& mode, const std::string& text, const std::string& strict = {})
{
    const test::TemporaryFolder folder;
    const std::string path = folder.file("settings");
    std::ofstream(path) << text;
    std::vector<std::string> words { awk, "-v", "mode=" + mode, "-v", "strict=" + strict, shellText("words.awk") + shellText("settings.awk"), path };
    if (words[0] == "busybox")
        words.insert(words.begin() + 1, "awk");
    std::vector<std::string> found;
    for (const model::Setting& each : parse::parseAppSettings("@@ file x\n" + test::outputOf(words)))
        found.push_back(each.key + "=" + each.value);
    return found;
}

class AppSettingsTest : public testing::TestWithParam<const char*> {
protected:
    std::vector<std::string> file(const std::string& text) const { return settingsIn(GetParam(), "file", text); }
};

TEST_P(AppSettingsTest, ReadsManyKindsOfFiles)
{
    using testing::ElementsAre;
    EXPECT_THAT(file("\xef\xbb\xbf" "DB_HOST=10.1.0.4\r\nDB_PORT=5432\r\n# DB_HOST=old\r\nexport REDIS_URL=\"redis://:S3CRET@cache:6379/1\"\r\n"),
        ElementsAre("DB_HOST=10.1.0.4", "DB_PORT=5432", "REDIS_URL=redis://cache:6379"));
    EXPECT_THAT(file("<?php\ndefine( 'DB_HOST', 'localhost:/run/mysqld/mysqld.sock' );\ndefine('DB_PASSWORD','S3CRET');\n"),
        ElementsAre("DB_HOST=localhost:/run/mysqld/mysqld.sock"));
    EXPECT_THAT(file("production:\n  adapter: mysql2\n  password: S3CRET\n  host: <%= ENV.fetch(\"DB_HOST\", \"db.prod\") %>\n"),
        ElementsAre("production.adapter=mysql2", "production.host=db.prod"));
    EXPECT_THAT(file("DATABASES = {\n  'default': {\n    'ENGINE': 'django.db.backends.postgresql',\n"
                     "    'HOST': os.environ.get('DB_HOST', 'db.local'),\n    'PASSWORD': 'S3CRET',\n  }\n}\n"),
        ElementsAre("DATABASES.default.ENGINE=django.db.backends.postgresql", "DATABASES.default.HOST=db.local"));
    EXPECT_THAT(file("spring:\n  datasource:\n    url: jdbc:postgresql://${DB_HOST:pg}:5432/x?user=a&password=S3CRET\n"),
        ElementsAre("spring.datasource.url=jdbc:postgresql://pg:5432"));
    EXPECT_THAT(file("{\n  \"redis\": {\n    \"host\": \"r1\",\n    \"port\": 6380,\n    \"auth\": \"S3CRET\"\n  }\n}\n"),
        ElementsAre("redis.host=r1", "redis.port=6380"));
    EXPECT_THAT(file("workers 2\nthreads 1, 5\nport ENV.fetch(\"PORT\") { 3000 }\n"),
        ElementsAre("workers=2", "threads=1,5", "port=3000"));
    EXPECT_THAT(file("[uwsgi]\nhttp-socket = 127.0.0.1:8000\nprocesses = 4\nharakiri = 30\n"),
        ElementsAre("uwsgi.http-socket=127.0.0.1:8000", "uwsgi.processes=4", "uwsgi.harakiri=30"));
}

TEST_P(AppSettingsTest, MarksWhatAProgramsFileComputes)
{
    using testing::ElementsAre;
    const auto strict = [&](const std::string& text) { return settingsIn(GetParam(), "file", text, "1"); };
    EXPECT_THAT(strict("import multiprocessing\nbind = '127.0.0.1:8000'\nworkers = multiprocessing.cpu_count() * 2 + 1\ntimeout = 60  # seconds\n"
                       "threads = int(os.environ.get(\"THREADS\", \"2\"))\nif os.environ.get('X'):\n    timeout = 5\n"),
        ElementsAre("bind=127.0.0.1:8000", "computed.workers=-", "timeout=60", "computed.threads=2", "computed.timeout=5"));
    EXPECT_THAT(strict("bind = ['127.0.0.1:8000', \"unix:/run/x.sock\"]\nbind = [host, '0.0.0.0:1']\n"),
        ElementsAre("bind=127.0.0.1:8000", "bind=unix:/run/x.sock", "computed.bind=host", "computed.bind=0.0.0.0:1"));
    EXPECT_THAT(strict("threads ENV.fetch(\"RAILS_MAX_THREADS\") { 5 }\nworkers 2\nthreads 1, 5\nworkers 4 if production\n"),
        ElementsAre("computed.threads=5", "workers=2", "threads=1,5", "computed.workers=-"));
}

TEST_P(AppSettingsTest, ReadsTheConnectorsOfATomcat)
{
    EXPECT_THAT(settingsIn(GetParam(), "xml",
                    "<Server shutdown=\"S3CRET\">\n<!-- <Connector port=\"9\" /> -->\n<Connector port=\"8080\"\n"
                    "  connectionTimeout=\"20000\" keystorePass=\"S3CRET\" />\n</Server>\n"),
        testing::ElementsAre("Connector=port:8080,connectionTimeout:20000"));
}

TEST_P(AppSettingsTest, LooksIntoTheFoldersOfUnitsThatDoNotRun)
{
    const test::TemporaryFolder folder;
    const std::string path = folder.file("places");
    std::ofstream(path) << "/proc/7/cwd -> /srv/shop\n"
                           "/proc/7/cmdline:/srv/shop/venv/bin/gunicorn -c conf/gunicorn.py shop:app \n"
                           "/etc/systemd/system/shop.service:WorkingDirectory=/srv/shop\n"
                           "/etc/systemd/system/shop.service:ExecStart=/srv/shop/venv/bin/gunicorn -c conf/gunicorn.py shop:app\n"
                           "/etc/systemd/system/blog.service:WorkingDirectory=-/srv/blog/\n"
                           "/etc/systemd/system/blog.service:ExecStart=-/srv/blog/venv/bin/gunicorn --config=deploy.py blog:app\n"
                           "/etc/systemd/system/odd.service.d/x.conf:ExecStart=/usr/bin/odd -c odd.ini\n"
                           "root /srv/www/public;\n";
    std::vector<std::string> words { GetParam(), shellText("words.awk") + shellText("places.awk"), path };
    if (words[0] == "busybox")
        words.insert(words.begin() + 1, "awk");
    EXPECT_EQ(test::outputOf(words), "dir /srv/shop\nargs 7 /srv/shop/conf/gunicorn.py\ndir /srv/blog\nargs 0 /srv/blog/deploy.py\n"
                                     "dir /srv/www/public\ndir /srv/www\n");
}

/// Whatever the shape of a value, what is secret in it stays on the host.
TEST_P(AppSettingsTest, LetsNoSecretThrough)
{
    for (const char* line : { "DATABASE_URL=postgres://shop:S3CRET@db:5432/x", "DATABASE_URL=postgres://shop:S3CRET@db/x?y=S3CRET",
             "DATABASE_URL=postgres://S3CRET:x@db", "URL=mongodb://a:S3C/R?ET@m1,m2", "URL=mysql://a:S3CRET?x@db/y?z=1",
             "URL=https://u:S3CRET/x@host/y", "URL=postgres://S3CRET:12345", "DB_HOST=S3CRET@db", "X_URL=jdbc:mysql://db/x?password=S3CRET@y",
             "DSN=user:S3CRET@tcp(10.0.0.9:3306)/db", "DSN=\"host=db password=S3CRET dbname=x\"",
             "ConnectionString=Server=db;User Id=sa;Password=S3CRET", "DB_PASSWORD=S3CRET", "SECRET_KEY=S3CRET",
             "AWS_SECRET_ACCESS_KEY=S3CRET", "AUTH_TOKEN=http://S3CRET", "STRIPE=sk_live_S3CRET", "RANDOM=S3CRET",
             "JAVA_OPTS=-Xmx512m -Dpassword=S3CRET", "APP_KEY=base64:S3CRET", "PRIVATE_KEY=-----BEGIN S3CRET", "redis=cache:6379,password=S3CRET",
             "URL=redis://:S3C#RET@cache:6379", "url: amqp://u:S3CRET@mq", "URL=postgres://S3CRET", "PGPASSFILE=/S3CRET" }) {
        if (std::string(line).find("postgres://S3CRET") != std::string::npos && std::string(line).find('@') == std::string::npos)
            continue; // an address without a user is an address
        for (const std::string& each : file(std::string(line) + "\n")) {
            EXPECT_THAT(each, testing::Not(testing::HasSubstr("S3C"))) << line;
            EXPECT_THAT(each, testing::Not(testing::HasSubstr("RET"))) << line;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Awks, AppSettingsTest, testing::Values("awk", "busybox"),
    [](const testing::TestParamInfo<const char*>& awk) { return std::string(awk.param); });

}
}
