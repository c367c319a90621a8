#pragma once

#include "core/base/result.h"

#include <QtSql/QSqlDatabase>
#include <QtSql/QSqlQuery>

#include <string>

namespace hopscope::history {

/// One SQLite file, open for the life of the object. Every object has a connection name of its own, so that any number
/// of threads may each use theirs; one object stays on its thread.
class Database {
public:
    enum class Access { ReadOnly, Create };
    /// `operation` and `path` go into errors.
    Database(std::string operation, std::string path);
    ~Database();
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;

    base::Result<void> open(const std::string& file, Access access);
    base::Result<void> execute(const char* statement);
    base::Result<void> execute(QSqlQuery& query);
    /// The first column of the first row.
    base::Result<QVariant> value(const char* statement);
    QSqlQuery prepared(const char* statement);
    bool begin() { return m_database.transaction(); }
    base::Result<void> commit();

    tl::unexpected<base::Error> failed(base::ErrorCode code, const std::string& detail, const std::string& advice = {}) const;

private:
    std::string m_operation;
    std::string m_path;
    QString m_name;
    QSqlDatabase m_database;
};

}
