#include "core/history/bundle.h"

#include "core/history/bundleschema.h"
#include "core/history/database.h"
#include "core/history/digest.h"
#include "core/history/recordjson.h"
#include "core/profile/profilefile.h"

#include <QtCore/QFile>
#include <QtCore/QTemporaryFile>
#include <QtCore/QVariant>

#include <filesystem>
#include <map>
#include <system_error>

namespace hopscope::history {
namespace {

    QByteArray blob(const std::string& bytes)
    {
        // Not null, also where empty: NULL would be refused by the table.
        return bytes.empty() ? QByteArray("") : QByteArray(bytes.data(), qsizetype(bytes.size()));
    }

    base::Result<void> writeDocument(Database& database, const std::string& name, const std::string& content)
    {
        QSqlQuery query = database.prepared("INSERT INTO document VALUES (?, ?)");
        query.addBindValue(QString::fromStdString(name));
        query.addBindValue(blob(content));
        return database.execute(query);
    }

    base::Result<void> writeSession(Database& database, qlonglong position, const model::HostSession& session, Digest& digest)
    {
        const std::string content = jsonOf(session).dump();
        digest.add(content);
        QSqlQuery query = database.prepared("INSERT INTO session VALUES (?, ?)");
        query.addBindValue(position);
        query.addBindValue(blob(content));
        return database.execute(query);
    }

    base::Result<void> writeCheck(Database& database, qlonglong position, const model::CheckResult& result, Digest& digest)
    {
        QSqlQuery query = database.prepared("INSERT INTO checked VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
        query.addBindValue(position);
        for (const std::string& text : { result.host.value(), result.container, result.check.value(), result.subject, result.command,
                 jsonOf(result.outcome).dump(), result.output, result.errorOutput }) {
            digest.add(text);
            query.addBindValue(blob(text));
        }
        for (const qlonglong number : { qlonglong(result.isTruncated ? 1 : 0), qlonglong(result.startedAt.time_since_epoch().count()),
                 qlonglong(result.duration.count()) }) {
            digest.add(std::to_string(number));
            query.addBindValue(number);
        }
        return database.execute(query);
    }

    std::map<std::string, std::string> documentsOf(const model::Capture& capture)
    {
        const Json times = { { "startedAtMs", capture.startedAt.time_since_epoch().count() }, { "durationMs", capture.duration.count() } };
        return { { "schema", "hopscope.bundle/1" }, { "writer", "hopscope " HOPSCOPE_VERSION }, { "times", times.dump() },
            { "profile", profile::profileJson(capture.profile) }, { "profile-document", capture.profile.document },
            { "outside", jsonOf(capture.outside).dump() } };
    }

    base::Result<void> writeAll(Database& database, const model::Capture& capture)
    {
        for (const bundle::Table& table : bundle::tables)
            if (auto done = database.execute(table.definition); !done)
                return done;
        Digest digest;
        for (const auto& [name, content] : documentsOf(capture)) {
            digest.add(name);
            digest.add(content);
            if (auto done = writeDocument(database, name, content); !done)
                return done;
        }
        for (std::size_t position = 0; position < capture.sessions.size(); ++position)
            if (auto done = writeSession(database, qlonglong(position), capture.sessions[position], digest); !done)
                return done;
        for (std::size_t position = 0; position < capture.checks.size(); ++position)
            if (auto done = writeCheck(database, qlonglong(position), capture.checks[position], digest); !done)
                return done;
        return writeDocument(database, bundle::digestName, digest.text());
    }

    base::Result<void> writeFile(const model::Capture& capture, const std::string& file, const std::string& path)
    {
        Database database("save bundle", path);
        if (auto opened = database.open(file, Database::Access::Create); !opened)
            return opened;
        // The numbers are bundleschema.h's; a pragma takes no bound values.
        static_assert(bundle::applicationId == 1213157459 && bundle::version == 1);
        for (const char* pragma : { "PRAGMA journal_mode = MEMORY", "PRAGMA application_id = 1213157459", "PRAGMA user_version = 1" })
            if (auto done = database.execute(pragma); !done)
                return done;
        if (!database.begin())
            return database.failed(base::ErrorCode::InputOutput, "no transaction could be begun");
        if (auto done = writeAll(database, capture); !done)
            return done;
        return database.commit();
    }

}

base::Result<void> saveBundle(const model::Capture& capture, const std::string& path)
{
    const auto bad = [&path](base::ErrorCode code, const std::string& detail) {
        return base::failure({ code, "save bundle", path, detail, "" });
    };
    if (const auto readable = profile::parseProfile(profile::profileJson(capture.profile), path); !readable)
        return bad(base::ErrorCode::InvalidArgument, "the profile can't be kept: " + readable.error().detail);
    // Written beside its place and moved there whole; only its owner may read what servers said.
    QTemporaryFile draft(QFile::decodeName(QByteArray::fromStdString(path)) + QStringLiteral(".XXXXXX"));
    if (!draft.open())
        return bad(draft.error() == QFileDevice::PermissionsError ? base::ErrorCode::PermissionDenied : base::ErrorCode::InputOutput,
            draft.errorString().toStdString());
    const std::string file = QFile::encodeName(draft.fileName()).toStdString();
    draft.close();
    if (auto written = writeFile(capture, file, path); !written)
        return written;
    std::error_code problem;
    std::filesystem::rename(file, path, problem);
    if (problem)
        return bad(base::ErrorCode::InputOutput, problem.message());
    draft.setAutoRemove(false);
    return {};
}

}
