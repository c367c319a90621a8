#pragma once

#include "core/run/run.h"

#include <QAbstractTableModel>

#include <memory>

namespace hopscope::ui {

/// What could not be seen, and why.
class GapsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { HostColumn, CheckColumn, ReasonColumn, ColumnCount };

    explicit GapsModel(QObject* parent = nullptr);
    void setSnapshot(std::shared_ptr<const run::Snapshot> snapshot);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const run::Snapshot> m_snapshot;
};

}
