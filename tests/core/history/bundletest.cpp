#include "core/history/bundle.h"
#include "core/profile/profilefile.h"

#include <QtCore/QVariant>
#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlError>
#include <QtSql/QSqlQuery>

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

using namespace hopscope;
using model::AttemptResult;
using testing::HasSubstr;

namespace {

std::string everyByte()
{
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte)
        bytes += char(byte);
    return bytes;
}

base::TimePoint at(const char* iso8601) { return *base::fromIso8601(iso8601); }

base::Error error(base::ErrorCode code) { return { code, "log in", "edge", everyByte(), "Load your key." }; }

/// A capture in which no field has its default value, and every kind of outcome and attempt occurs.
model::Capture rich()
{
    using namespace model;
    Capture capture;
    const auto profile = profile::parseProfile(R"({
        "schema": "hopscope.profile/1", "name": "shop", "url": "https://shop.example/", "resolve": "10.1.0.2", "team": "x",
        "hosts": [{"name": "edge", "ssh": {"host": "10.1.0.2", "port": 2222, "user": "u", "identityFile": "~/k"}},
                  {"name": "app", "ssh": {"alias": "a", "jump": "edge"}}, {"name": "me", "local": true}],
        "checks": {"intervalSeconds": 9, "timeoutSeconds": 8, "controlTarget": "192.0.2.1:443"}, "baseline": {"a": 1}})", "test");
    capture.profile = *profile;
    capture.startedAt = at("2026-11-21T09:30:00.123Z");
    capture.duration = base::Milliseconds(812);
    capture.sessions.push_back({ base::HostId("edge"), std::nullopt, "10.1.0.2:2222", "u", base::Milliseconds(3), base::Milliseconds(4),
        base::Milliseconds(-7) });
    for (int code = 0; std::string_view(base::id(base::ErrorCode(code))) != "unknown"; ++code)
        capture.sessions.push_back({ base::HostId("h" + std::to_string(code)), error(base::ErrorCode(code)), "", "", {}, {}, std::nullopt });

    const std::vector<Outcome> outcomes { outcome::Captured {}, outcome::ExitedNonZero { 127 }, outcome::TimedOut { base::Milliseconds(5000) },
        outcome::Denied { "needs sudo" }, outcome::NotInstalled { "ss" }, outcome::TransportLost { error(base::ErrorCode::Stalled) },
        outcome::Skipped { everyByte() } };
    for (const Outcome& each : outcomes)
        capture.checks.push_back({ base::HostId("edge"), everyByte(), base::CheckId("listeners"), everyByte(), "ss -ltnp", each, everyByte(),
            std::string(100000, '\xff'), true, at("2026-11-21T09:30:01.001Z"), base::Milliseconds(42) });
    capture.checks.push_back({ base::HostId("app"), "", base::CheckId("x"), "", "", outcome::Captured {}, "", "", false, {}, {} });

    OutsideView& outside = capture.outside;
    outside.startedAt = at("2026-11-21T09:30:00.5Z");
    outside.url = "https://shop.example/";
    outside.dns = { AttemptResult::Succeeded, AttemptResult::ResolverFailed, { "10.1.0.2" }, { "fd00::1" }, { "a.example", everyByte() },
        everyByte(), 1.0 / 3, true };
    for (int result = 0; std::string_view(model::id(AttemptResult(result))) != "unknown"; ++result)
        outside.tcp.push_back({ "10.1.0.2", 443, AttemptResult(result), everyByte(), 0.1 });
    outside.tls = { AttemptResult::CertificateInvalid, "TLSv1.3",
        { { "CN=" + everyByte(), "CN=x", { "a", everyByte() }, at("2026-01-01T00:00:00Z"), at("2027-01-01T00:00:00Z"), "ab12", true } },
        { everyByte() }, { "certificate-expired" } };
    outside.http = { AttemptResult::ClosedMidResponse, 502, { { "Server", everyByte() } }, everyByte(), "cut", "10.1.0.2:443", 1.1, 2.2, 3.3,
        4.4, 11.0 };
    outside.control = AttemptResult::Refused;
    outside.controlTarget = "192.0.2.1:443";
    outside.gateway = AttemptResult::Succeeded;
    outside.gatewayAddress = "192.0.2.254";
    outside.systemReachability = "online";
    return capture;
}

class Bundle : public testing::Test {
protected:
    void SetUp() override
    {
        std::string name = (std::filesystem::temp_directory_path() / "hopscope-bundle-XXXXXX").string();
        ASSERT_NE(::mkdtemp(name.data()), nullptr);
        m_folder = name;
        m_path = (m_folder / "run.hopscope").string();
    }
    void TearDown() override { std::filesystem::remove_all(m_folder); }

    void save(const model::Capture& capture)
    {
        const auto saved = history::saveBundle(capture, m_path);
        ASSERT_TRUE(saved) << saved.error().text();
    }

    /// Runs SQL on the bundle's file, as someone with bad intentions could.
    void tamper(std::initializer_list<const char*> statements)
    {
        {
            QSqlDatabase database = QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), QStringLiteral("tamper"));
            database.setDatabaseName(QString::fromStdString(m_path));
            ASSERT_TRUE(database.open());
            for (const char* statement : statements) {
                QSqlQuery query(database);
                ASSERT_TRUE(query.exec(QString::fromLatin1(statement))) << query.lastError().text().toStdString();
            }
        }
        QSqlDatabase::removeDatabase(QStringLiteral("tamper"));
    }

    base::Error problem()
    {
        const auto loaded = history::loadBundle(m_path);
        EXPECT_FALSE(loaded);
        return loaded ? base::Error() : loaded.error();
    }

    std::filesystem::path m_folder;
    std::string m_path;
};

}

TEST_F(Bundle, BringsBackEveryFieldOfARichCapture)
{
    const model::Capture capture = rich();
    save(capture);
    const auto loaded = history::loadBundle(m_path);
    ASSERT_TRUE(loaded) << loaded.error().text();
    EXPECT_EQ(loaded->profile, capture.profile);
    EXPECT_EQ(loaded->sessions, capture.sessions);
    EXPECT_EQ(loaded->checks, capture.checks);
    EXPECT_EQ(loaded->outside, capture.outside);
    EXPECT_EQ(*loaded, capture);
}

TEST_F(Bundle, BringsBackACaptureThatIsStillEmpty)
{
    model::Capture capture;
    capture.profile = *profile::makeProfile("http://shop.example/", { "edge" });
    save(capture);
    const auto loaded = history::loadBundle(m_path);
    ASSERT_TRUE(loaded) << loaded.error().text();
    EXPECT_EQ(*loaded, capture);
}

TEST_F(Bundle, ReplacesAFileWholeAndLeavesNothingBesideIt)
{
    std::ofstream(m_path) << "what was here before";
    save(rich());
    EXPECT_TRUE(history::loadBundle(m_path));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_folder), {}), 1);
    struct stat status {};
    ASSERT_EQ(::stat(m_path.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 077, 0u);
}

TEST_F(Bundle, SaysWhereItCanNotBeWritten)
{
    const auto saved = history::saveBundle(rich(), (m_folder / "none" / "x").string());
    ASSERT_FALSE(saved);
    EXPECT_EQ(saved.error().operation, "save bundle");
    std::filesystem::create_directory(m_path);
    EXPECT_FALSE(history::saveBundle(rich(), m_path));
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(m_folder), {}), 1);
}

TEST_F(Bundle, IsKnownByItsFirstBytes)
{
    save(rich());
    EXPECT_TRUE(history::isBundle(m_path));
    const std::string profile = (m_folder / "p.json").string();
    std::ofstream(profile) << "{\"schema\": \"hopscope.profile/1\"}";
    EXPECT_FALSE(history::isBundle(profile));
    EXPECT_FALSE(history::isBundle((m_folder / "none").string()));
    EXPECT_FALSE(history::isBundle(m_folder.string()));
}

TEST_F(Bundle, RefusesOtherFilesByWhatTheyAre)
{
    EXPECT_EQ(problem().code, base::ErrorCode::NotFound);
    std::ofstream(m_path) << "{}";
    EXPECT_THAT(problem().text(), HasSubstr("read bundle " + m_path + ": expected a Hopscope bundle"));
    std::filesystem::remove(m_path);
    tamper({ "CREATE TABLE other (x)" });
    EXPECT_THAT(problem().detail, HasSubstr("another program's SQLite file"));
}

TEST_F(Bundle, RefusesANewerSchemaAsSuch)
{
    save(rich());
    tamper({ "PRAGMA user_version = 2" });
    EXPECT_EQ(problem().code, base::ErrorCode::NewerSchema);
    EXPECT_THAT(problem().detail, HasSubstr("hopscope.bundle/2"));
}

TEST_F(Bundle, ReadsNothingFromAFileWithTablesThatAreNotItsOwn)
{
    save(rich());
    tamper({ "CREATE VIEW extra AS SELECT 1" });
    EXPECT_THAT(problem().detail, HasSubstr("expected only a bundle's own tables"));

    save(rich());
    tamper({ "DROP TABLE checked", "CREATE VIEW checked AS WITH RECURSIVE t(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM t) SELECT x FROM t" });
    EXPECT_THAT(problem().detail, HasSubstr("expected only a bundle's own tables"));

    save(rich());
    tamper({ "DROP TABLE session" });
    EXPECT_THAT(problem().detail, HasSubstr("found 2 of 3"));
}

TEST_F(Bundle, NeverTakesAnOutcomeThatItCanNotReadForCaptured)
{
    for (const char* statement : { "UPDATE checked SET outcome = '{\"is\": \"splendid\"}'", "UPDATE checked SET outcome = '{}'",
             "UPDATE checked SET outcome = 'nonsense'", "UPDATE checked SET started_ms = 9223372036854775807",
             "UPDATE session SET content = '{}'", "DELETE FROM document WHERE name = 'outside'",
             "UPDATE document SET content = '[]' WHERE name = 'times'", "UPDATE document SET content = '{}' WHERE name = 'profile'",
             "UPDATE document SET content = '{\"dns\": 3}' WHERE name = 'outside'" }) {
        save(rich());
        tamper({ statement });
        const base::Error found = problem();
        EXPECT_EQ(found.code, base::ErrorCode::InvalidFormat) << statement;
        EXPECT_FALSE(found.detail.empty()) << statement;
    }
}

TEST_F(Bundle, NoticesAnOutputThatIsNotTheOneThatWasSaved)
{
    for (const char* statement : { "UPDATE checked SET output = 'all is well' WHERE position = 3", "DELETE FROM checked WHERE position = 2",
             "UPDATE checked SET is_truncated = 0", "DELETE FROM session WHERE position = 1" }) {
        save(rich());
        tamper({ statement });
        EXPECT_THAT(problem().detail, HasSubstr("the file is damaged")) << statement;
    }
}

TEST_F(Bundle, BringsBackTheWholeOrNothingWhereAFileIsDamaged)
{
    const model::Capture capture = rich();
    save(capture);
    std::string whole;
    {
        std::ifstream file(m_path, std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(file), {});
    }
    int refused = 0;
    for (std::size_t place = 16; place < whole.size(); place += whole.size() / 97) {
        std::string damaged = whole;
        for (std::size_t i = place; i < std::min(place + 64, damaged.size()); ++i)
            damaged[i] = char(damaged[i] ^ 0x5a);
        std::ofstream(m_path, std::ios::binary) << damaged;
        const auto loaded = history::loadBundle(m_path);
        if (loaded) {
            EXPECT_EQ(*loaded, capture) << "damage at " << place; // in bytes that hold nothing
        } else {
            ++refused;
            EXPECT_FALSE(loaded.error().text().empty());
        }
    }
    EXPECT_GT(refused, 0);
    for (std::size_t length = 16; length < whole.size(); length += whole.size() / 23) {
        std::ofstream(m_path, std::ios::binary) << whole.substr(0, length);
        EXPECT_FALSE(history::loadBundle(m_path)) << length;
    }
}

TEST_F(Bundle, WorksOnManyThreadsAtOnce)
{
    const model::Capture capture = rich();
    std::vector<std::thread> threads;
    std::vector<int> equal(6, 0);
    for (std::size_t i = 0; i < equal.size(); ++i)
        threads.emplace_back([&, i] {
            const std::string path = (m_folder / std::to_string(i)).string();
            const auto saved = history::saveBundle(capture, path);
            const auto loaded = history::loadBundle(path);
            equal[i] = saved && loaded && *loaded == capture;
        });
    for (std::thread& each : threads)
        each.join();
    EXPECT_THAT(equal, testing::Each(1));
}
