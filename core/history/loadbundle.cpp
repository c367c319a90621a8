#include "core/history/bundle.h"

#include "core/history/bundleschema.h"
#include "core/history/database.h"
#include "core/history/digest.h"
#include "core/history/recordvalue.h"
#include "core/profile/profilefile.h"

#include <QtCore/QVariant>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>

namespace hopscope::history {
namespace {

    constexpr std::uintmax_t mostBytes = 512ull * 1024 * 1024;
    constexpr std::size_t mostRows = 200000;

    std::string bytes(const QVariant& value) { return value.toByteArray().toStdString(); }

    Json parsed(const std::string& text, const char* name)
    {
        Json json = Json::parse(text, nullptr, false);
        if (!json.is_object())
            throw BadRecord { name };
        return json;
    }

    tl::unexpected<base::Error> foreign(const Database& database, const std::string& detail)
    {
        return database.failed(base::ErrorCode::InvalidFormat, detail, "Make a bundle with: hopscope collect PROFILE -o BUNDLE");
    }

    /// The file says it is a bundle of a version we know, and holds nothing but a bundle's tables.
    base::Result<void> checkSchema(Database& database)
    {
        for (const char* guard : { "PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON" })
            if (auto done = database.execute(guard); !done)
                return done;
        const auto application = database.value("PRAGMA application_id");
        if (!application || application->toLongLong() != bundle::applicationId)
            return foreign(database, application ? "expected a Hopscope bundle, found another program's SQLite file" : application.error().detail);
        const auto version = database.value("PRAGMA user_version");
        if (!version || version->toLongLong() < 1)
            return foreign(database, "expected hopscope.bundle/1, found no version");
        if (version->toLongLong() > bundle::version)
            return database.failed(base::ErrorCode::NewerSchema,
                "expected hopscope.bundle/1, found hopscope.bundle/" + std::to_string(version->toLongLong()) + ", which a newer Hopscope wrote");
        // Indexes that SQLite makes by itself have no definition.
        QSqlQuery query = database.prepared("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid");
        if (auto done = database.execute(query); !done)
            return foreign(database, done.error().detail);
        std::size_t known = 0;
        while (query.next()) {
            const std::string definition = query.value(1).toString().toStdString();
            const bool isOurs = std::any_of(bundle::tables.begin(), bundle::tables.end(),
                [&definition](const bundle::Table& table) { return definition == table.definition; });
            if (!isOurs)
                return foreign(database, "expected only a bundle's own tables, found others");
            ++known;
        }
        if (known != bundle::tables.size())
            return foreign(database, "expected a bundle's tables, found " + std::to_string(known) + " of " + std::to_string(bundle::tables.size()));
        const auto health = database.value("PRAGMA quick_check(1)");
        if (!health || health->toString() != QLatin1String("ok"))
            return foreign(database, "the file is damaged: " + (health ? health->toString().toStdString() : health.error().detail));
        return {};
    }

    base::Result<std::map<std::string, std::string>> documents(Database& database)
    {
        QSqlQuery query = database.prepared("SELECT name, content FROM document LIMIT 100");
        if (auto done = database.execute(query); !done)
            return tl::unexpected(done.error());
        std::map<std::string, std::string> found;
        while (query.next())
            found[query.value(0).toString().toStdString()] = bytes(query.value(1));
        return found;
    }

    base::Result<std::vector<model::HostSession>> sessions(Database& database, Digest& digest)
    {
        QSqlQuery query = database.prepared("SELECT content FROM session ORDER BY position");
        if (auto done = database.execute(query); !done)
            return tl::unexpected(done.error());
        std::vector<model::HostSession> found;
        while (query.next() && found.size() < mostRows) {
            const std::string content = bytes(query.value(0));
            digest.add(content);
            found.push_back(sessionOf(parsed(content, "session")));
        }
        return found;
    }

    base::Result<std::vector<model::CheckResult>> checks(Database& database, Digest& digest)
    {
        QSqlQuery query = database.prepared("SELECT host, container, check_id, subject, command, outcome, output, error_output, "
                                            "is_truncated, started_ms, duration_ms FROM checked ORDER BY position");
        if (auto done = database.execute(query); !done)
            return tl::unexpected(done.error());
        std::vector<model::CheckResult> found;
        while (query.next()) {
            if (found.size() >= mostRows)
                return database.failed(base::ErrorCode::LimitExceeded, "expected at most " + std::to_string(mostRows) + " checks");
            for (int column = 0; column < 11; ++column)
                digest.add(bytes(query.value(column)));
            model::CheckResult result;
            result.host = base::HostId(bytes(query.value(0)));
            result.container = bytes(query.value(1));
            result.check = base::CheckId(bytes(query.value(2)));
            result.subject = bytes(query.value(3));
            result.command = bytes(query.value(4));
            result.outcome = outcomeOf(parsed(bytes(query.value(5)), "outcome"));
            result.output = bytes(query.value(6));
            result.errorOutput = bytes(query.value(7));
            result.isTruncated = query.value(8).toInt() != 0;
            result.startedAt = momentFrom(query.value(9).toLongLong());
            result.duration = durationFrom(query.value(10).toLongLong());
            found.push_back(std::move(result));
        }
        return found;
    }

    base::Result<model::Capture> readAll(Database& database, const std::string& path)
    {
        const auto documentByName = documents(database);
        if (!documentByName)
            return tl::unexpected(documentByName.error());
        const auto document = [&](const char* name) -> const std::string& {
            const auto at = documentByName->find(name);
            if (at == documentByName->end())
                throw BadRecord { name };
            return at->second;
        };
        Digest digest;
        for (const auto& [name, content] : *documentByName)
            if (name != bundle::digestName) {
                digest.add(name);
                digest.add(content);
            }
        model::Capture capture;
        auto profile = profile::parseProfile(document("profile"), path);
        if (!profile)
            return foreign(database, "the profile in it can't be read: " + profile.error().detail);
        capture.profile = std::move(*profile);
        capture.profile.document = document("profile-document");
        const Json times = parsed(document("times"), "times");
        capture.startedAt = momentOf(times, "startedAtMs");
        capture.duration = durationOf(times, "durationMs");
        capture.outside = outsideOf(parsed(document("outside"), "outside"));
        auto sessionRows = sessions(database, digest);
        if (!sessionRows)
            return tl::unexpected(sessionRows.error());
        capture.sessions = std::move(*sessionRows);
        auto checkRows = checks(database, digest);
        if (!checkRows)
            return tl::unexpected(checkRows.error());
        capture.checks = std::move(*checkRows);
        if (document(bundle::digestName) != digest.text())
            return foreign(database, "the file is damaged: what it holds is not what was saved");
        return capture;
    }

}

base::Result<model::Capture> loadBundle(const std::string& path)
{
    Database database("read bundle", path);
    std::error_code problem;
    if (!std::filesystem::is_regular_file(path, problem))
        return database.failed(base::ErrorCode::NotFound, problem ? problem.message() : "not a file");
    if (std::filesystem::file_size(path, problem) > mostBytes)
        return database.failed(base::ErrorCode::LimitExceeded, "expected at most 512 MiB");
    if (!isBundle(path))
        return foreign(database, "expected a Hopscope bundle (an SQLite file), found something else");
    if (const auto opened = database.open(path, Database::Access::ReadOnly); !opened)
        return tl::unexpected(opened.error());
    if (const auto checked = checkSchema(database); !checked)
        return tl::unexpected(checked.error());
    try {
        return readAll(database, path);
    } catch (const BadRecord& record) {
        return foreign(database, "the record \"" + record.what + "\" is missing or not as this program writes it");
    } catch (const Json::exception& exception) {
        return foreign(database, std::string("a record can't be read: ") + exception.what());
    }
}

bool isBundle(const std::string& path)
{
    constexpr std::string_view magic("SQLite format 3\0", 16); // sqlite.org/fileformat.html 1.3
    std::array<char, magic.size()> first {};
    std::ifstream file(path, std::ios::binary);
    return file.read(first.data(), first.size()) && std::string_view(first.data(), first.size()) == magic;
}

}
