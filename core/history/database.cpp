#include "core/history/database.h"

#include <QtCore/QUuid>
#include <QtCore/QVariant>
#include <QtSql/QSqlError>

namespace hopscope::history {

Database::Database(std::string operation, std::string path)
    : m_operation(std::move(operation))
    , m_path(std::move(path))
    , m_name(QUuid::createUuid().toString())
    , m_database(QSqlDatabase::addDatabase(QStringLiteral("QSQLITE"), m_name))
{
}

Database::~Database()
{
    m_database.close();
    m_database = QSqlDatabase();
    QSqlDatabase::removeDatabase(m_name);
}

tl::unexpected<base::Error> Database::failed(
    base::ErrorCode code, const std::string& detail, const std::string& advice) const
{
    return base::failure({ code, m_operation, m_path, detail, advice });
}

base::Result<void> Database::open(const std::string& file, Access access)
{
    if (!m_database.isValid())
        return failed(base::ErrorCode::Unsupported, "Qt's SQLite driver is not installed", "Install Qt's SQL driver for SQLite.");
    m_database.setDatabaseName(QString::fromStdString(file));
    switch (access) {
    case Access::ReadOnly: m_database.setConnectOptions(QStringLiteral("QSQLITE_OPEN_READONLY;QSQLITE_BUSY_TIMEOUT=1000")); break;
    case Access::Create: m_database.setConnectOptions(QStringLiteral("QSQLITE_BUSY_TIMEOUT=1000")); break;
    }
    if (!m_database.open())
        return failed(base::ErrorCode::InputOutput, m_database.lastError().text().trimmed().toStdString());
    return {};
}

base::Result<void> Database::execute(QSqlQuery& query)
{
    if (!query.exec())
        return failed(base::ErrorCode::InputOutput, query.lastError().text().trimmed().toStdString());
    return {};
}

base::Result<void> Database::execute(const char* statement)
{
    QSqlQuery query = prepared(statement);
    return execute(query);
}

base::Result<QVariant> Database::value(const char* statement)
{
    QSqlQuery query = prepared(statement);
    if (const auto done = execute(query); !done)
        return tl::unexpected(done.error());
    return query.next() ? query.value(0) : QVariant();
}

QSqlQuery Database::prepared(const char* statement)
{
    QSqlQuery query(m_database);
    query.setForwardOnly(true);
    query.prepare(QString::fromLatin1(statement));
    return query;
}

base::Result<void> Database::commit()
{
    if (!m_database.commit())
        return failed(base::ErrorCode::InputOutput, m_database.lastError().text().trimmed().toStdString());
    return {};
}

}
