#include "core/discovery/namedservice.h"

#include <gmock/gmock.h>

namespace hopscope::discovery {
namespace {

using model::Setting;
using testing::ElementsAre;

Setting environment(const std::string& key, const std::string& value)
{
    Setting setting;
    setting.origin = Setting::Origin::Environment;
    setting.pid = 7;
    setting.key = key;
    setting.value = value;
    return setting;
}

Setting inFile(const std::string& file, const std::string& key, const std::string& value)
{
    Setting setting;
    setting.file = file;
    setting.line = 3;
    setting.key = key;
    setting.value = value;
    return setting;
}

/// "postgresql db:5432", one each.
std::vector<std::string> servicesOf(const std::vector<Setting>& settings)
{
    std::vector<const Setting*> all;
    for (const Setting& each : settings)
        all.push_back(&each);
    std::vector<std::string> found;
    for (const NamedService& each : servicesIn(all))
        found.push_back(each.software.id + " " + each.endpoint.text());
    return found;
}

TEST(ServicesIn, ReadsAddressesWithTheirKind)
{
    EXPECT_THAT(servicesOf({ environment("DATABASE_URL", "postgres://db.internal:5433") }),
        ElementsAre("postgresql db.internal:5433"));
    EXPECT_THAT(servicesOf({ environment("DATABASE_URL", "mysql2://db") }), ElementsAre("mysql db:3306"));
    EXPECT_THAT(servicesOf({ environment("SQLALCHEMY_DATABASE_URI", "postgresql+psycopg2://[fd00::5]:5432") }),
        ElementsAre("postgresql [fd00::5]:5432"));
    EXPECT_THAT(servicesOf({ environment("SPRING_DATASOURCE_URL", "jdbc:mysql://db1:3306,db2:3306") }),
        ElementsAre("mysql db1:3306", "mysql db2:3306"));
    EXPECT_THAT(servicesOf({ environment("CELERY_BROKER_URL", "amqp://mq") }), ElementsAre("rabbitmq mq:5672"));
    EXPECT_THAT(servicesOf({ environment("DATABASE_URL", "postgresql:///var/run/postgresql") }),
        ElementsAre("postgresql unix:/var/run/postgresql/.s.PGSQL.5432"));
    EXPECT_THAT(servicesOf({ environment("ELASTICSEARCH_URL", "https://10.0.0.9:9200") }),
        ElementsAre("elasticsearch 10.0.0.9:9200"));
    EXPECT_THAT(servicesOf({ environment("DSN", "tcp(10.0.0.9:3306)") }), ElementsAre("mysql 10.0.0.9:3306"));
    EXPECT_THAT(servicesOf({ environment("DSN", "kind=pgsql host=10.0.0.9 port=5432") }),
        ElementsAre("postgresql 10.0.0.9:5432"));
}

TEST(ServicesIn, PutsHostPortAndKindTogether)
{
    EXPECT_THAT(servicesOf({ environment("DB_CONNECTION", "pgsql"), environment("DB_HOST", "10.1.0.4"),
                    environment("DB_PORT", "5544") }),
        ElementsAre("postgresql 10.1.0.4:5544"));
    EXPECT_THAT(servicesOf({ environment("PGHOST", "10.1.0.4") }), ElementsAre("postgresql 10.1.0.4:5432"));
    EXPECT_THAT(servicesOf({ environment("KAFKA_BROKERS", "k1:9092,k2:9092") }),
        ElementsAre("kafka k1:9092", "kafka k2:9092"));
    EXPECT_THAT(servicesOf({ inFile("/srv/x/proj/settings.py", "DATABASES.default.ENGINE", "django.db.backends.postgresql"),
                    inFile("/srv/x/proj/settings.py", "DATABASES.default.HOST", "db.local"),
                    inFile("/srv/x/proj/settings.py", "DATABASES.default.PORT", "5432") }),
        ElementsAre("postgresql db.local:5432"));
    EXPECT_THAT(servicesOf({ inFile("/srv/x/config/application.yml", "spring.data.redis.host", "r1"),
                    inFile("/srv/x/config/application.yml", "spring.data.redis.port", "6380") }),
        ElementsAre("redis r1:6380"));
}

TEST(ServicesIn, KnowsWhoseSocketAPathIs)
{
    EXPECT_THAT(servicesOf({ environment("DB_SOCKET", "/run/mysqld/mysqld.sock") }), ElementsAre("mysql unix:/run/mysqld/mysqld.sock"));
    EXPECT_THAT(servicesOf({ environment("CACHE_SOCKET_PATH", "/run/redis/redis-server.sock") }), ElementsAre("redis unix:/run/redis/redis-server.sock"));
    EXPECT_THAT(servicesOf({ environment("DB_HOST", "/var/run/postgresql") }), ElementsAre("postgresql unix:/var/run/postgresql/.s.PGSQL.5432"));
    EXPECT_THAT(servicesOf({ environment("APP_SOCKET", "/srv/redis-shop/run/app.sock") }), ElementsAre()) << "the app's own";
}

TEST(ServicesIn, LooksForTheDatabaseThatADsnNamesWithoutItsPort)
{
    const Setting dsn = environment("NOTES_DSN", "host=10.0.0.9");
    const auto found = servicesIn({ &dsn }, [](const std::string& host) { return host == "10.0.0.9" ? base::Port(5432) : base::Port(0); });
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found.front().software.id, "postgresql");
    EXPECT_EQ(found.front().endpoint.text(), "10.0.0.9:5432");
    EXPECT_THAT(servicesIn({ &dsn }, [](const std::string&) { return base::Port(0); }), testing::IsEmpty());
}

TEST(ServicesIn, KnowsTheSocketThatPhpMeansByLocalhost)
{
    EXPECT_THAT(servicesOf({ inFile("/var/www/blog/wp-config.php", "DB_HOST", "localhost") }),
        ElementsAre("mysql unix:/run/mysqld/mysqld.sock"));
    EXPECT_THAT(servicesOf({ inFile("/var/www/blog/wp-config.php", "DB_HOST", "localhost:/run/my.sock") }),
        ElementsAre("mysql unix:/run/my.sock"));
    EXPECT_THAT(servicesOf({ inFile("/var/www/blog/wp-config.php", "DB_HOST", "10.0.0.8") }),
        ElementsAre("mysql 10.0.0.8:3306"));
}

TEST(ServicesIn, LeavesOutTheSectionsOfOtherEnvironments)
{
    const std::string file = "/srv/rails/config/database.yml";
    const std::vector<Setting> both { inFile(file, "default.adapter", "postgresql"),
        inFile(file, "development.host", "localhost"), inFile(file, "production.host", "pg.prod") };
    EXPECT_THAT(servicesOf(both), ElementsAre("postgresql pg.prod:5432"));
    std::vector<Setting> developing = both;
    developing.push_back(environment("RAILS_ENV", "development"));
    EXPECT_THAT(servicesOf(developing), ElementsAre("postgresql localhost:5432"));
}

TEST(ServicesIn, TakesItsOwnAddressAndPublicOnesForNoService)
{
    EXPECT_THAT(servicesOf({ environment("HOST", "0.0.0.0"), environment("PORT", "3000") }), ElementsAre());
    EXPECT_THAT(servicesOf({ environment("APP_URL", "https://shop.example") }), ElementsAre());
    EXPECT_THAT(servicesOf({ environment("CORS_ORIGIN", "https://shop.example") }), ElementsAre());
    EXPECT_THAT(servicesOf({ environment("SERVER_HOST", "10.0.0.1"), environment("SERVER_PORT", "8080") }), ElementsAre());
    EXPECT_THAT(servicesOf({ environment("MONGO_URL", "mongodb+srv://cluster0.abc.example") }), ElementsAre());
    EXPECT_THAT(servicesOf({ environment("BROKEN", "postgres://") }), ElementsAre());
}

TEST(ServicesIn, WhatTheProcessWasGivenComesFirst)
{
    const std::vector<Setting> settings { inFile("/srv/x/.env", "REDIS_HOST", "10.0.0.2"),
        environment("DATABASE_URL", "postgres://10.0.0.3") };
    std::vector<const Setting*> all { &settings[0], &settings[1] };
    const std::vector<NamedService> found = servicesIn(all);
    ASSERT_EQ(found.size(), 2u);
    EXPECT_TRUE(found[0].isGiven);
    EXPECT_EQ(found[0].place.file, "environment DATABASE_URL of pid 7");
    EXPECT_FALSE(found[1].isGiven);
    EXPECT_EQ(found[1].place, (model::FilePlace { "/srv/x/.env", 3 }));
}

TEST(ServicesIn, NamesTheLineOfTheUnitThatGaveIt)
{
    Setting unit = inFile("/etc/systemd/system/shop.service", "DATABASE_URL", "postgres://10.0.0.3");
    unit.origin = Setting::Origin::Unit;
    unit.unit = "shop.service";
    const Setting given = environment("DATABASE_URL", "postgres://10.0.0.3");
    std::vector<NamedService> found = servicesIn({ &given, &unit });
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].place, (model::FilePlace { "/etc/systemd/system/shop.service", 3 }));
    // What was edited since is not what the process has.
    unit.value = "postgres://10.0.0.4";
    found = servicesIn({ &given, &unit });
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found[0].place.file, "environment DATABASE_URL of pid 7");
}

std::string mailRelayOf(const std::vector<Setting>& settings)
{
    std::vector<const Setting*> all;
    for (const Setting& each : settings)
        all.push_back(&each);
    const auto found = mailRelayIn(all);
    return found ? found->endpoint.text() : "";
}

TEST(MailRelayIn, ReadsHostAndPortOrAUrl)
{
    EXPECT_EQ(mailRelayOf({ environment("SMTP_HOST", "relay.mailer.example"), environment("SMTP_PORT", "2525") }), "relay.mailer.example:2525");
    EXPECT_EQ(mailRelayOf({ environment("EMAIL_HOST", "mx.internal") }), "mx.internal:25"); // Django's port
    EXPECT_EQ(mailRelayOf({ environment("MAIL_SERVER", "mx.internal") }), "mx.internal:587");
    EXPECT_EQ(mailRelayOf({ environment("MAILER_DSN", "smtp://mx.internal:1025") }), "mx.internal:1025");
    EXPECT_EQ(mailRelayOf({ environment("MAILER_URL", "smtps://mx.internal") }), "mx.internal:465");
    EXPECT_EQ(mailRelayOf({ environment("DB_HOST", "db"), environment("MAIL_FROM", "shop@example.org"), environment("SMTP_PORT", "25") }), "");
}

TEST(ServicesIn, NamesNoMailRelay) // only a complaint makes it count
{
    EXPECT_THAT(servicesOf({ environment("SMTP_HOST", "relay.mailer.example"), environment("SMTP_PORT", "587") }), testing::IsEmpty());
}

TEST(ServicesIn, EndsOnAnything)
{
    std::vector<Setting> many;
    for (int i = 0; i < 2000; ++i)
        many.push_back(environment("DB" + std::to_string(i) + "_HOST", std::string(300, ',') + "://[[[::" + std::to_string(i)));
    many.push_back(environment("REDIS_HOSTS", std::string(100000, ',')));
    EXPECT_LE(servicesOf(many).size(), 32u);
}

}
}
