#pragma once

#include "core/run/run.h"

#include <QAbstractTableModel>

#include <memory>

namespace hopscope::ui {

/// The hosts, whether they could be reached, and how full they are.
class HostsModel : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column {
        StateColumn,
        NameColumn,
        SystemColumn,
        CpuColumn,
        LoadColumn,
        MemoryColumn,
        SwapColumn,
        DiskColumn,
        InodesColumn,
        FilesColumn,
        ColumnCount
    };
    enum Role {
        StateRole = Qt::UserRole + 1, ///< int of model::State
        PercentRole, ///< 0 to 100 where the column is a share; invalid where it was not seen
    };

    explicit HostsModel(QObject* parent = nullptr);
    void setSnapshot(std::shared_ptr<const run::Snapshot> snapshot);

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::shared_ptr<const run::Snapshot> m_snapshot;
};

}
