#include "core/faults/explain.h"

#include <gmock/gmock.h>

#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <algorithm>
#include <fstream>
#include <string>
#include <unistd.h>

namespace hopscope::faults {
namespace {

using testing::HasSubstr;
using testing::Not;

const char* const refused
    = "2026/11/21 09:30:00 [error] 812#812: *56 connect() failed (111: Connection refused) while connecting to "
      "upstream, client: 203.0.113.9, server: shop, request: \"GET / HTTP/1.1\", upstream: \"http://10.1.0.3:3000/\"";

class Explain : public testing::Test {
protected:
    void SetUp() override
    {
        auto loaded = Catalogue::loadBuiltIn();
        ASSERT_TRUE(loaded) << loaded.error().text();
        m_catalogue = *loaded;
    }

    /// The text comes in pieces of this size.
    std::string explained(const std::string& text, ExplainFormat format, std::size_t piece = 1 << 16)
    {
        std::string out;
        std::size_t at = 0;
        const auto totals = explain(
            *m_catalogue,
            [&](char* buffer, std::size_t size) -> base::Result<std::size_t> {
                const std::size_t count = text.copy(buffer, std::min(size, piece), at);
                at += count;
                return count;
            },
            [&](std::string_view bytes) -> base::Result<void> {
                out += bytes;
                return {};
            },
            format);
        EXPECT_TRUE(totals);
        m_totals = totals.value_or(ExplainTotals {});
        return out;
    }

    std::vector<QJsonObject> objects(const std::string& text, std::size_t piece = 1 << 16)
    {
        std::vector<QJsonObject> list;
        for (const QByteArray& line : QByteArray::fromStdString(explained(text, ExplainFormat::Json, piece)).split('\n')) {
            if (line.isEmpty())
                continue;
            QJsonParseError problem;
            list.push_back(QJsonDocument::fromJson(line, &problem).object());
            EXPECT_EQ(problem.error, QJsonParseError::NoError) << line.toStdString();
        }
        return list;
    }

    static std::string text(const QJsonObject& object, const char* key)
    {
        return object[QLatin1String(key)].toString().toStdString();
    }

    std::shared_ptr<const Catalogue> m_catalogue;
    ExplainTotals m_totals;
};

TEST_F(Explain, GivesOneObjectForEachLine)
{
    const auto list = objects(std::string("hello\n\n") + refused + "\nlast without newline");
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(m_totals, (ExplainTotals { 4, 1 }));
    EXPECT_EQ(text(list[0], "line"), "hello");
    EXPECT_EQ(text(list[0], "variant"), "none");
    EXPECT_EQ(text(list[1], "line"), "");
    EXPECT_EQ(text(list[2], "line"), refused);
    EXPECT_EQ(text(list[3], "line"), "last without newline");
}

TEST_F(Explain, SaysWhatTheContractAsksFor)
{
    const QJsonObject object = objects(refused).at(0);
    EXPECT_EQ(text(object, "component"), "nginx");
    EXPECT_EQ(text(object, "variant"), "connection-refused");
    EXPECT_TRUE(object[QLatin1String("cause")].isNull());
    EXPECT_EQ(text(object, "failingHop"), "upstream-app");
    EXPECT_THAT(text(object, "summary"), HasSubstr("10.1.0.3:3000"));
    EXPECT_THAT(text(object, "firstPlaceToCheck"), HasSubstr("3000"));
    const QJsonArray remedies = object[QLatin1String("remediation")].toArray();
    ASSERT_FALSE(remedies.isEmpty());
    EXPECT_EQ(text(remedies[0].toObject(), "risk"), "read-only");
    EXPECT_EQ(remedies[0].toObject()[QLatin1String("commands")].toArray()[0].toString().toStdString(),
        "ss -H -ltnp 'sport = :3000'");
}

TEST_F(Explain, AnswersTheSameHoweverTheBytesCome)
{
    const std::string log = std::string(refused) + "\r\nplain\n" + refused + "\n";
    const std::string whole = explained(log, ExplainFormat::Json);
    EXPECT_EQ(explained(log, ExplainFormat::Json, 1), whole);
    EXPECT_EQ(explained(log, ExplainFormat::Json, 7), whole);
}

TEST_F(Explain, TakesAnyBytes)
{
    std::string bytes;
    for (int i = 0; i < 256; ++i)
        bytes += static_cast<char>(i);
    const auto list = objects(bytes + "\n\xc3\x28 \xf0\x9f\x98\x80 \xed\xa0\x80 \xff\n" + std::string(3, '\0') + "\n");
    EXPECT_EQ(list.size(), 4U); // one of the 256 is a newline
    EXPECT_THAT(text(list[2], "line"), HasSubstr("\xf0\x9f\x98\x80"));
}

TEST_F(Explain, CutsALineWithoutEnd)
{
    const std::string endless(5 << 20, 'x');
    const auto list = objects(endless + "\n" + refused + "\n");
    ASSERT_EQ(list.size(), 2U);
    EXPECT_EQ(text(list[0], "line").size(), std::size_t(1) << 20);
    EXPECT_EQ(text(list[1], "variant"), "connection-refused");
}

std::size_t residentBytes()
{
    std::size_t whole = 0;
    std::size_t resident = 0;
    std::ifstream("/proc/self/statm") >> whole >> resident;
    return resident * static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
}

// A line without end, then faults that are all different (so that nothing kept for one serves another).
TEST_F(Explain, KeepsNoMoreMemoryHoweverMuchComes)
{
    constexpr std::size_t endless = 292U << 20;
    constexpr std::size_t whole = 300U << 20;
    std::size_t given = 0;
    std::string pending;
    unsigned number = 0;
    std::size_t most = 0;
    const auto source = [&](char* buffer, std::size_t size) -> base::Result<std::size_t> {
        if (given / (8U << 20) != (given + size) / (8U << 20))
            most = std::max(most, residentBytes());
        if (given >= whole)
            return std::size_t(0);
        if (given < endless) {
            std::fill_n(buffer, size, 'x');
            given += size;
            return size;
        }
        while (pending.size() < size) {
            ++number;
            pending += number % 8 == 0 ? "\n2026/11/21 09:30:00 [error] 8#8: *" + std::to_string(number)
                    + " connect() failed (111: Connection refused) while connecting to upstream, client: 203.0.113.9, server: shop"
                    + std::to_string(number) + ", upstream: \"http://10.1.0.3:" + std::to_string(number % 60000) + "/\""
                                       : "\n203.0.113.9 - - \"GET /p/" + std::to_string(number) + " HTTP/1.1\" 200 5127 \"-\" \"Mozilla/5.0\"";
        }
        pending.copy(buffer, size);
        pending.erase(0, size);
        given += size;
        return size;
    };
    const std::size_t before = residentBytes();
    const auto totals = explain(
        *m_catalogue, source, [](std::string_view) -> base::Result<void> { return {}; }, ExplainFormat::Json);
    ASSERT_TRUE(totals);
    EXPECT_GT(totals->lines, 40'000U);
    EXPECT_GT(totals->faults, 4'000U);
    EXPECT_LT(most, before + (32U << 20));
}

TEST_F(Explain, LeadsWithWhatExplainsTheRest)
{
    const std::string out
        = explained(std::string(refused) + "\nok\n" + refused + "\n\x1b]0;evil\x07\x1b[2Jkernel: Out of memory: Killed process 7 (java) total-vm:1kB\n",
            ExplainFormat::Text);
    EXPECT_THAT(out, HasSubstr("3 of 4 lines report a fault"));
    EXPECT_THAT(out, HasSubstr("Nearest the root: The system ran out of memory and killed java"));
    EXPECT_THAT(out, HasSubstr("cause oom-killed"));
    EXPECT_THAT(out, HasSubstr("First place to check"));
    EXPECT_THAT(out, HasSubstr("(connection-refused; 2 lines: 1 to 3)"));
    EXPECT_THAT(out, Not(HasSubstr("\x1b")));
}

TEST_F(Explain, LeadsWithTheInnermostErrorOfAStackTrace)
{
    const std::string out = explained(
        "2026-11-21 09:30:00.123 ERROR 1 --- [nio-8080-exec-3] o.a.c.c.C.[.[.[/].[dispatcherServlet] : Servlet.service() for "
        "servlet [dispatcherServlet] in context with path [] threw exception\n"
        "org.springframework.web.client.ResourceAccessException: I/O error on GET request\n"
        "\tat org.springframework.web.client.RestTemplate.doExecute(RestTemplate.java:785)\n"
        "Caused by: java.net.ConnectException: Connection refused\n"
        "\tat java.base/sun.nio.ch.Net.connect0(Native Method)\n",
        ExplainFormat::Text);
    EXPECT_THAT(out, HasSubstr("2 of 5 lines report a fault"));
    EXPECT_THAT(out, HasSubstr("  > Caused by: java.net.ConnectException: Connection refused"));
    EXPECT_THAT(out, HasSubstr("(error-response; 1 line: 1)"));
}

TEST_F(Explain, LeadsWithWhyADependencyFailedWhereATraceEndsWithIt)
{
    const std::string trace = "org.springframework.transaction.CannotCreateTransactionException: Could not open JPA EntityManager\n"
                              "\tat org.springframework.orm.jpa.JpaTransactionManager.doBegin(JpaTransactionManager.java:466)\n"
                              "Caused by: org.hibernate.exception.JDBCConnectionException: Unable to acquire JDBC Connection\n"
                              "\t... 45 common frames omitted\n"
                              "Caused by: java.net.UnknownHostException: stock-db\n"
                              "\tat java.base/sun.nio.ch.NioSocketImpl.connect(NioSocketImpl.java:567)\n";
    const std::string out = explained(trace, ExplainFormat::Text);
    EXPECT_THAT(out, HasSubstr("Nearest the root: The name stock-db does not exist"));
    EXPECT_THAT(out, HasSubstr("at dependency"));
    // Another request's visitor who left, later in the log, is nobody's cause.
    const std::string later = explained(trace + "INFO next request\njava.io.IOException: Broken pipe\n", ExplainFormat::Text);
    EXPECT_THAT(later, HasSubstr("Nearest the root: The name stock-db does not exist"));
}

TEST_F(Explain, ShowsAFaultAloneWithoutAComparison)
{
    const std::string out = explained(refused, ExplainFormat::Text);
    EXPECT_THAT(out, HasSubstr("1 of 1 line reports a fault"));
    EXPECT_THAT(out, Not(HasSubstr("Nearest the root")));
    EXPECT_THAT(out, HasSubstr("variant connection-refused"));
}

TEST_F(Explain, PassesFailuresOfSourceAndSinkOn)
{
    const base::Error broken { base::ErrorCode::InputOutput, "read", "x", "broken", "" };
    EXPECT_FALSE(explain(
        *m_catalogue, [&](char*, std::size_t) -> base::Result<std::size_t> { return base::failure(broken); },
        [](std::string_view) -> base::Result<void> { return {}; }, ExplainFormat::Json));
    bool isDone = false;
    EXPECT_FALSE(explain(
        *m_catalogue,
        [&](char* buffer, std::size_t) -> base::Result<std::size_t> {
            if (isDone)
                return std::size_t(0);
            isDone = true;
            buffer[0] = '\n';
            return std::size_t(1);
        },
        [&](std::string_view) -> base::Result<void> { return base::failure(broken); }, ExplainFormat::Json));
}

TEST_F(Explain, NarrowsToTheComponentThatIsAskedFor)
{
    const char* const exhausted = "no live upstreams while connecting to upstream, client: 203.0.113.9";
    EXPECT_EQ(m_catalogue->read(exhausted, "nginx").variant, "no-healthy-upstream");
    EXPECT_EQ(m_catalogue->read(exhausted, "postgresql").variant, "none");
    const char* const dial = "dial tcp 10.0.0.5:8080: connect: connection refused";
    EXPECT_EQ(m_catalogue->read(dial, "caddy").component, "caddy");
    EXPECT_EQ(m_catalogue->read(dial, "caddy").captures.at("port"), "8080");
}

}
}
