#include "core/parse/addresses.h"
#include "core/parse/settingsfile.h"

#include <gmock/gmock.h>

namespace hopscope::parse {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string read(std::string_view value) { return addressesAsText(addressesIn(value)); }

TEST(AddressesIn, ReadsUrlsWithTheirLoginsLeftOut)
{
    EXPECT_EQ(read("postgres://shop:hunter2@db:5432/shop?sslmode=disable"), "postgres://db:5432");
    EXPECT_EQ(read("https://api.pay.example/v2"), "https://api.pay.example");
    EXPECT_EQ(read("redis://:pw@[::1]:6379/0"), "redis://[::1]:6379");
    EXPECT_EQ(read("mongodb://u:p@a:27017,b:27018,c/app?replicaSet=rs0"), "mongodb://a:27017,mongodb://b:27018,mongodb://c");
    EXPECT_EQ(read("mongodb+srv://u:p@cluster0.ab1cd.mongodb.net/pay"), "mongodb+srv://cluster0.ab1cd.mongodb.net");
    EXPECT_EQ(read("http://a:9200,http://b:9200"), "http://a:9200,http://b:9200");
    EXPECT_EQ(read("PLAINTEXT://kafka:9092,EXT://localhost:9093"), "plaintext://kafka:9092,ext://localhost:9093");
    EXPECT_EQ(read("-Durl=http://api:8080/x -Xmx1g"), "http://api:8080");
    EXPECT_EQ(read("https://login.example/?next=http://inner:80/"), "https://login.example");
    EXPECT_EQ(read("amqp://guest:guest@rabbitmq:5672//"), "amqp://rabbitmq:5672");
}

TEST(AddressesIn, ReadsPasswordsThatShouldHaveBeenEscaped)
{
    EXPECT_EQ(read("mongodb://root:p@ss/w0rd@m1:27017,m2:27017/app"), "mongodb://m1:27017,mongodb://m2:27017");
    EXPECT_EQ(read("postgres://u:a/b@db:5432/x"), "postgres://db:5432");
    EXPECT_EQ(read("postgres://u:a#b@db:5432/x"), "");
    EXPECT_EQ(read("https://registry.example/@scope/pkg"), "https://registry.example");
}

TEST(AddressesIn, ReadsWhatDriversWriteInTheirOwnWay)
{
    EXPECT_EQ(read("app:s3cr3t@tcp(mysql:3306)/shop?parseTime=true"), "mysql://mysql:3306");
    EXPECT_EQ(read("mysql://u:p@tcp(db:3307)/x"), "mysql://db:3307");
    EXPECT_EQ(read("u:p@unix(/run/mysqld/mysqld.sock)/x"), "");
    EXPECT_EQ(read("jdbc:mysql:loadbalance://a:3306,b:3306/orders"), "mysql://a:3306,mysql://b:3306");
    EXPECT_EQ(read("r2dbc:pool:postgresql://db:5432/x"), "postgresql://db:5432");
    EXPECT_EQ(read("jdbc:sqlserver://sql\\EXPRESS:1433;databaseName=x"), "sqlserver://sql:1433");
    EXPECT_EQ(read("jdbc:oracle:thin:@//ora:1521/XE"), "oracle://ora:1521");
    EXPECT_EQ(read("jdbc:oracle:thin:u/p@ora:1521:XE"), "oracle://ora:1521");
    EXPECT_EQ(read("Server=sql,1433;Database=C;User Id=sa;Password=Pass@word;TrustServerCertificate=true"), "sqlserver://sql:1433");
    EXPECT_EQ(read("Host=pg;Port=5433;Username=u;Password=p"), "postgresql://pg:5433");
    EXPECT_EQ(read("server=my.corp;port=3306;uid=app;pwd=x"), "mysql://my.corp:3306");
    EXPECT_EQ(read("Data Source=discount.db"), "");
    EXPECT_EQ(read("host=a,b port=5432,5433 password=x dbname=y"), "postgresql://a:5432,postgresql://b:5433");
    EXPECT_EQ(read("mysql:host=db;port=3306;dbname=x"), "mysql://db:3306");
}

TEST(AddressesIn, ReadsListsAndSingleWords)
{
    EXPECT_EQ(read("k1:9092,k2:9092"), "k1:9092,k2:9092");
    EXPECT_EQ(read("['k1:9092', \"k2:9092\"]"), "k1:9092,k2:9092");
    EXPECT_EQ(read("redis:6379,abortConnect=false,password=hunter2"), "redis:6379");
    EXPECT_EQ(read("1@kafka-1:9093"), "kafka-1:9093");
    EXPECT_EQ(read("zk1:2181,zk2:2181/kafka"), "zk1:2181,zk2:2181");
    EXPECT_EQ(read("db"), "db");
    EXPECT_EQ(read("local:redis:6379"), "redis:6379");
    EXPECT_EQ(read("cache:11211:1"), "cache:11211");
    EXPECT_EQ(read("10.0.0.5:6379"), "10.0.0.5:6379");
}

TEST(AddressesIn, TakesNothingElseForAnAddress)
{
    for (const char* value : { "", ":8080", "12:30", "12:30:00", "a:b:c", "a:b:1:2", "1.25", "1.2.3", "/var/run/x.sock", "unix:///run/x.sock", "a sentence of words", "db:port", "http://{{host}}/",
             "user@example", "--bind=0.0.0.0:8000", "host:70000", "library/node:20/x y", "a..b:1", "sqlite:///db.sqlite3", "[]", "://", "@", "=", "host=;port=1", "serverName=shop.test", "server=a b" })
        EXPECT_EQ(read(value), "") << value;
}

TEST(AddressesIn, GivesTheSameFromItsOwnSpelling)
{
    for (const char* value : { "mongodb://a:1,mongodb://[::1]:2", "a:1,b", "https://x.example,redis://y:6379" })
        EXPECT_EQ(read(value), value);
}

TEST(AddressesIn, EndsOnAnything)
{
    EXPECT_LE(addressesIn(std::string(100'000, 'a')).size(), 1U);
    std::string many;
    for (int i = 0; i < 5000; ++i)
        many += "http://h" + std::to_string(i) + ",@(:/;=";
    EXPECT_LE(addressesIn(many).size(), 32U);
    EXPECT_THAT(addressesIn(std::string("\0\xff://\0:1", 9)), IsEmpty());
}

TEST(SettingsInFile, FlattensEachFormatAndFillsPlaces)
{
    EXPECT_THAT(settingsInFile("a.yml", "redis:\n  nodes: [a:1, b:2]\n---\nspring:\n  config.activate.on-profile: dev\n  config: {activate: {on-profile: dev}}\nx: y\n"),
        ElementsAre(Pair("redis.nodes.0", "a:1"), Pair("redis.nodes.1", "b:2")));
    EXPECT_THAT(settingsInFile("a.properties", "# no\nspring.data.redis.host: cache\ndb.url=jdbc:x\n"),
        ElementsAre(Pair("spring.data.redis.host", "cache"), Pair("db.url", "jdbc:x")));
    EXPECT_THAT(settingsInFile("pgbouncer.ini", "[databases]\nshop = host=db port=5432\n"), ElementsAre(Pair("databases.shop", "host=db port=5432")));
    EXPECT_THAT(settingsInFile("default.vcl", "backend api {\n .host = \"web\";\n .port = \"80\"; }"),
        ElementsAre(Pair("backend.api.host", "web"), Pair("backend.api.port", "80")));
    EXPECT_THAT(settingsInFile("c.json", R"({"a":{"url":"http://x"}})"), Contains(Pair("a.url", "http://x")));
    EXPECT_THAT(settingsInFile("run.sh", "A=b"), IsEmpty());
    std::string text = "jdbc:${KIND:postgresql}://${DB_HOST:-${OTHER:db}}:5432";
    EXPECT_TRUE(fillPlaces(text, { { "DB_HOST", "pg" } }));
    EXPECT_EQ(text, "jdbc:postgresql://pg:5432");
    std::string open = "${NOBODY}";
    EXPECT_FALSE(fillPlaces(open, {}));
}

}
}
