#include "core/discovery/software.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

struct KnownProcess {
    std::string name;
    std::string executable;
    std::string commandLine;
    std::string software;
};

void PrintTo(const KnownProcess& each, std::ostream* out) { *out << each.commandLine; }

class SoftwareOfProcess : public ::testing::TestWithParam<KnownProcess> { };

TEST_P(SoftwareOfProcess, IsTold)
{
    model::Process process;
    process.name = GetParam().name;
    process.executable = GetParam().executable;
    process.commandLine = GetParam().commandLine;
    EXPECT_EQ(softwareOf(process).id, GetParam().software) << GetParam().commandLine;
}

INSTANTIATE_TEST_SUITE_P(Table, SoftwareOfProcess,
    ::testing::Values(KnownProcess { "node", "/usr/bin/node", "node server.js", "node" },
        KnownProcess { "node", "/usr/bin/nodejs", "/usr/bin/nodejs app", "node" },
        KnownProcess { "MainThread", "/usr/bin/node", "node server.js", "node" },
        KnownProcess { "PM2 v5.3.0: God", "/usr/bin/node", "PM2 v5.3.0: God Daemon (/root/.pm2)", "node" },
        KnownProcess { "npm start", "/usr/bin/node", "npm start", "node" },
        KnownProcess { "sh", "/usr/bin/dash", "sh -c node server.js", "node" },
        KnownProcess { "next-server (v1", "/usr/bin/node", "next-server (v14.1.0)", "node" },
        KnownProcess { "gunicorn", "/usr/bin/python3.11", "/srv/venv/bin/python /srv/venv/bin/gunicorn shop.wsgi", "gunicorn" },
        KnownProcess { "gunicorn: maste", "", "gunicorn: master [shop.wsgi]", "gunicorn" },
        KnownProcess { "uvicorn", "/usr/bin/python3.11", "/usr/bin/python3 -m uvicorn main:app", "uvicorn" },
        KnownProcess { "python3", "/usr/bin/python3.11", "python3 manage.py runserver 0.0.0.0:8000", "django" },
        KnownProcess { "flask", "/usr/bin/python3", "/usr/bin/python3 /usr/bin/flask run", "flask" },
        KnownProcess { "python3", "/usr/bin/python3.11", "python3 -u app.py", "python" },
        KnownProcess { "php-fpm8.2", "/usr/sbin/php-fpm8.2", "php-fpm: master process (/etc/php/8.2/fpm/php-fpm.conf)", "php-fpm" },
        KnownProcess { "php-fpm", "", "php-fpm: pool www", "php-fpm" },
        KnownProcess { "php", "/usr/bin/php8.2", "php artisan serve --port=8000", "php" },
        KnownProcess { "java", "/usr/lib/jvm/bin/java", "java -jar /srv/app.jar", "java" },
        KnownProcess { "java", "/usr/bin/java", "java -Dcatalina.home=/x org.apache.catalina.startup.Bootstrap start", "tomcat" },
        KnownProcess { "puma 6.4.0 (uni", "/usr/bin/ruby3.1", "puma 6.4.0 (unix:///srv/tmp/puma.sock) [shop]", "puma" },
        KnownProcess { "ruby", "/usr/bin/ruby", "/usr/bin/ruby bin/rails server -p 3000", "rails" },
        KnownProcess { "bundle", "/usr/bin/ruby3.1", "ruby /usr/bin/bundle exec puma -C config/puma.rb", "puma" },
        KnownProcess { "dotnet", "/usr/bin/dotnet", "/usr/bin/dotnet Shop.dll", "dotnet" },
        KnownProcess { "nginx", "/usr/sbin/nginx", "nginx: worker process", "nginx" },
        KnownProcess { "nginx", "/usr/local/openresty/nginx/sbin/nginx", "nginx: master process openresty", "nginx" },
        KnownProcess { "apache2", "/usr/sbin/apache2", "/usr/sbin/apache2 -k start", "apache" },
        KnownProcess { "haproxy", "/usr/sbin/haproxy", "/usr/sbin/haproxy -Ws -f /etc/haproxy/haproxy.cfg", "haproxy" },
        KnownProcess { "caddy", "/usr/bin/caddy", "/usr/bin/caddy run --config /etc/caddy/Caddyfile", "caddy" },
        KnownProcess { "redis-server", "/usr/bin/redis-check-rdb", "/usr/bin/redis-server 127.0.0.1:6379", "redis" },
        KnownProcess { "postgres", "/usr/lib/postgresql/15/bin/postgres", "postgres: 15/main: checkpointer", "postgresql" },
        KnownProcess { "mariadbd", "/usr/sbin/mariadbd", "/usr/sbin/mariadbd", "mariadb" },
        KnownProcess { "mysqld", "/usr/sbin/mysqld", "/usr/sbin/mysqld", "mysql" },
        KnownProcess { "memcached", "/usr/bin/memcached", "/usr/bin/memcached -m 64", "memcached" },
        KnownProcess { "mongod", "/usr/bin/mongod", "/usr/bin/mongod --config /etc/mongod.conf", "mongodb" },
        KnownProcess { "beam.smp", "/usr/lib/erlang/bin/beam.smp", "beam.smp -- -root /usr/lib/erlang -progname erl -s rabbit boot", "rabbitmq" },
        KnownProcess { "docker-proxy", "/usr/bin/docker-proxy", "/usr/bin/docker-proxy -proto tcp -host-port 3000", "docker" },
        KnownProcess { "shopd", "/srv/shop/bin/shopd", "/srv/shop/bin/shopd -listen :8080", "unknown" },
        KnownProcess { "nodeexporter", "/usr/bin/nodeexporter", "/usr/bin/nodeexporter", "unknown" },
        KnownProcess { "", "", "", "unknown" }));

struct UnitExample {
    std::string name;
    std::string execStart;
    std::string software;
};

void PrintTo(const UnitExample& each, std::ostream* out) { *out << each.name; }

class SoftwareOfUnit : public ::testing::TestWithParam<UnitExample> { };

TEST_P(SoftwareOfUnit, IsTold)
{
    model::Unit unit;
    unit.name = GetParam().name;
    unit.execStart = GetParam().execStart;
    EXPECT_EQ(softwareOf(unit).id, GetParam().software) << GetParam().execStart;
}

INSTANTIATE_TEST_SUITE_P(Table, SoftwareOfUnit,
    ::testing::Values(UnitExample { "shop.service", "/usr/bin/node /srv/shop/server.js", "node" },
        UnitExample { "shop.service", "/usr/bin/env NODE_ENV=production node server.js", "node" },
        UnitExample { "shop.service", "/bin/sh -c 'exec node server.js'", "node" },
        UnitExample { "shop.service", "/bin/bash -lc 'cd /srv && npm start'", "node" },
        UnitExample { "shop.service", "/usr/bin/npm run start", "node" },
        UnitExample { "api.service", "/srv/venv/bin/gunicorn -b 0.0.0.0:8000 app:app", "gunicorn" },
        UnitExample { "api.service", "/srv/venv/bin/python -m uvicorn main:app", "uvicorn" },
        UnitExample { "api.service", "/usr/local/bin/poetry run uvicorn main:app", "uvicorn" },
        UnitExample { "php8.2-fpm.service", "/usr/sbin/php-fpm8.2 --nodaemonize", "php-fpm" },
        UnitExample { "web.service", "/usr/bin/bundle exec puma -C config/puma.rb", "puma" },
        UnitExample { "tomcat10.service", "/bin/sh /usr/libexec/tomcat10/tomcat-start.sh", "tomcat" },
        UnitExample { "postgresql@15-main.service", "/usr/bin/pg_ctlcluster --skip-systemctl-redirect 15-main start", "postgresql" },
        UnitExample { "postgresql.service", "/bin/true", "postgresql" },
        UnitExample { "worker.service", "/opt/worker/bin/worker", "unknown" }));

}
}
